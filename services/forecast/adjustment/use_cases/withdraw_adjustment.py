"""Take an adjustment back: the calculated figure, with the adjustments below, stands again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.adjustment import repository
from services.forecast.adjustment.domain import AdjustmentError, still_to_come
from services.forecast.adjustment.use_cases.set_adjustment import envelope_of
from services.forecast.node.queries import load_hierarchy
from services.forecast.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.queries import load_organisation


async def withdraw_adjustment(
    connection: AsyncConnection, adjustment_id: UUID, *, by: Identity, expected: int | None, now: datetime
) -> None:
    """By who may judge the node from the same side, or from above. Refuses with `adjustment_not_found` (also
    for one of a node the caller may not judge), `forbidden`, `period_over` and `version_conflict`."""
    organisation = await load_organisation(connection, ORGANISATION)
    held = await repository.get(connection, adjustment_id, organisation.calendar)
    node = held.place.node
    side = (await load_hierarchy(connection, node.dimension)).side_of(node, by)
    if side is None:
        raise AdjustmentError("adjustment_not_found", f"There is no adjustment {adjustment_id}.")
    if side == "owner" and held.place.side == "manager":
        raise AdjustmentError("forbidden", "It was made from above; its owner may only adjust beside it.")
    still_to_come(held.place.period, now)
    if expected not in (None, held.version):
        raise AdjustmentError("version_conflict", "The adjustment was changed meanwhile.")
    after, fact = held.taken_back(by=by.member_id, now=now)
    await repository.save(connection, after, envelope_of(after, fact))
