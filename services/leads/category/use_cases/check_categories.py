"""Only active categories of the catalogue may be given to leads."""

from collections.abc import Collection

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.category.repository import active_keys
from shared.contracts.errors import DomainError, FieldError


async def unknown_categories(connection: AsyncConnection, keys: Collection[str | None]) -> set[str]:
    """Those that are no active categories. Asks nothing when there are none to ask about."""
    wanted = {key for key in keys if key is not None}
    return wanted - await active_keys(connection, wanted) if wanted else set()


async def check_category(connection: AsyncConnection, key: str | None) -> None:
    """Refuses with `category_unknown`."""
    if await unknown_categories(connection, [key]):
        raise unknown_category()


def unknown_category() -> DomainError:
    """The refusal."""
    detail = "There is no active category of this key; see GET /v1/lead-categories."
    return DomainError("category_unknown", detail, [FieldError("/category", "category_unknown", detail)])
