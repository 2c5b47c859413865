"""Which deals a filter means."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.bulk_edit.domain import MOST_DEALS
from services.pipeline.deal.queries import OWN, listing_of
from services.pipeline.deal.rows import DEALS
from services.pipeline.deal.scope import changeable_by
from services.pipeline.deal_field.use_cases.know_fields import own_fields
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.identity import Identity


async def deals_meant(
    connection: AsyncConnection, pairs: Sequence[tuple[str, str]], caller: Identity
) -> list[UUID]:
    """The ids of the deals that fit and that the caller may change, in their order.

    Refuses with `unknown_parameter` and `invalid_parameter` what is no filter, and with `validation_failed`
    more deals than can be changed at once.
    """
    own = await own_fields(
        connection, naming=[name.removeprefix(OWN) for name, _ in pairs if name.startswith(OWN)]
    )
    listing = listing_of(own)
    unknown = sorted({name for name, _ in pairs if name != "q" and name not in listing.fields})
    if unknown:
        detail = f"There is no filter {', '.join(unknown)[:200]}."
        raise DomainError(
            "unknown_parameter",
            detail,
            [FieldError(f"/filter/{name[:60]}", "unknown_parameter", detail) for name in unknown[:20]],
        )
    conditions = listing.read_pairs(pairs).conditions
    query = (
        select(DEALS.c.id)
        .select_from(listing.table)
        .where(changeable_by(caller), *conditions)
        .order_by(DEALS.c.id)
        .limit(MOST_DEALS + 1)
    )
    found = list(await connection.scalars(query))
    if len(found) > MOST_DEALS:
        detail = f"More than {MOST_DEALS} deals fit; narrow the filter."
        raise DomainError("validation_failed", detail, [FieldError("/filter", "too_many", detail)])
    return found
