"""Whose deal it is says who it belongs to, or who answers for that; who helps with it does not."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal import repository
from services.pipeline.deal.domain.deal import Deal
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.identity import Identity


async def refuse_giving_away(
    connection: AsyncConnection, deal: Deal, changes: Mapping[str, Any], caller: Identity
) -> None:
    """Refuses with `forbidden` another owner, to who sees only what is own and to an editor of its team."""
    if "owner_id" not in changes or caller.scope == "all":
        return
    detail = "A deal of your own stays your own; ask your manager to give it away."
    if caller.scope == "subtree":
        detail = "Only its owner's manager gives this deal away; you are on its team."
        if await repository.is_own(connection, deal.id, caller):
            return
    raise DomainError("forbidden", detail, [FieldError("/owner_id", "forbidden", detail)])
