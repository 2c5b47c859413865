"""What is not for everybody who works on a deal to decide: whose it is, and amounts beyond a limit."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal import repository
from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.domain.limits import refuse_outside
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.identity import Identity
from shared.contracts.money import Money


def refuse_outside_limits(deal: Deal, amount: Money | None, caller: Identity) -> None:
    """Refuses with `outside_limits` an amount beyond what a manager allows, to who sees only what is own."""
    if caller.scope == "own":
        refuse_outside(deal, amount)


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
