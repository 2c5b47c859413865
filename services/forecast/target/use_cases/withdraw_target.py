"""Take a target back: it no longer counts, and another may be set for the same period and aim."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.tables import ORGANISATION, OUTBOX
from services.forecast.target import queries, repository
from services.forecast.target.domain import TargetError
from shared.contracts.envelope import EventContext, wrap
from shared.contracts.identity import Identity
from shared.organisation.queries import load_organisation


async def withdraw_target(
    connection: AsyncConnection,
    target_id: UUID,
    *,
    by: Identity,
    expected: int | None,
    now: datetime,
    context: EventContext,
) -> None:
    """Refuses with `target_not_found` (also for one the caller may not set) and `version_conflict`."""
    organisation = await load_organisation(connection, ORGANISATION)
    standing = await repository.get(connection, target_id, organisation.calendar)
    if not await queries.may_set(connection, by, standing.aim):
        raise TargetError("target_not_found", f"There is no target {target_id}.")
    if expected not in (None, standing.version):
        raise TargetError("version_conflict", "The target was changed meanwhile.")
    target, event = standing.taken_back(now=now)
    await repository.save(connection, target)
    envelope = wrap(event, subject=target.id, sequence=target.version, time=now, context=context)
    await OUTBOX.add(connection, [envelope])
