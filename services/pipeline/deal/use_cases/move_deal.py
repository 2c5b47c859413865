"""A deal enters another stage. The hot path: one read and one statement."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal import repository
from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.use_cases.arriving import fact
from services.pipeline.deal.use_cases.seen import refuse_changed
from shared.contracts.errors import DomainError
from shared.contracts.identity import Identity

_TRIES = 10


async def move_deal(
    connection: AsyncConnection,
    deal_id: UUID,
    stage: str,
    caller: Identity,
    *,
    seen_version: int | None,
    now: datetime,
) -> Deal:
    """The deal in the stage. A change of other fields meanwhile does not matter, one of its stage does.

    Refuses with `deal_not_found`, `version_conflict`, `deal_not_open`, `stage_unknown`.
    """
    for _ in range(_TRIES):
        found = await repository.get(connection, deal_id, caller)
        before = found.deal
        refuse_changed(before, seen_version)
        after, event = before.move(found.pipeline.stage(stage), now, pipeline_version=found.pipeline.version)
        if after is before:
            return before
        after = repository.stamped(after, now)
        envelope = fact(event, deal_id, after.version, after.stage_entered_at)
        if await repository.save_move(connection, before, after, envelope):
            return after
    raise DomainError("temporarily_unavailable", "Too many change this deal at once; try again.")
