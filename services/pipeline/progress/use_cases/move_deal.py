"""A deal enters another stage. The hot path: one read and one statement; with gates one read more."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal import repository as deals
from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.use_cases.arriving import fact
from services.pipeline.deal.use_cases.seen import refuse_changed
from services.pipeline.progress.domain import BARE, Along
from services.pipeline.progress.use_cases.filling import filled
from services.pipeline.progress.use_cases.gatekeeping import Asking, pass_to_stage
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.identity import Identity

_TRIES = 10


async def move_deal(
    connection: AsyncConnection,
    deal_id: UUID,
    stage: str,
    caller: Identity,
    *,
    along: Along = BARE,
    seen_version: int | None,
    now: datetime,
) -> Deal:
    """The deal in the stage. A change of other fields meanwhile does not matter, one of its stage does.

    What gates ask for is recorded in versions of the deal, so nothing of it changes unseen before the write.
    Refuses with `deal_not_found`, `version_conflict`, `deal_not_open`, `stage_unknown`, `gates_unmet`, and
    what an edit of the fields refuses.
    """
    for _ in range(_TRIES):
        found = await deals.get(connection, deal_id, caller)
        before, pipeline = found.deal, found.pipeline
        refuse_changed(before, seen_version)
        target = pipeline.stage(stage)
        before.must_be_open()
        if target.id == before.stage.id:
            _refuse_fields(along)
            return before
        begun = await filled(connection, before, along.fields, caller, seen_version=seen_version, now=now)
        asking = Asking(pipeline, begun.deal, caller, now, along.override_reason)
        passed = await pass_to_stage(connection, asking, target)
        after, event = begun.deal.move(target, now, pipeline_version=pipeline.version, passed=passed)
        after = deals.stamped(after, now)
        told = fact(event, deal_id, after.version, after.stage_entered_at)
        if await deals.save_move(connection, before, after, [*begun.envelopes, told]):
            return after
    raise DomainError("temporarily_unavailable", "Too many change this deal at once; try again.")


def _refuse_fields(along: Along) -> None:
    if along.fields:
        detail = "The deal is in this stage already; change it by PATCH."
        raise DomainError("validation_failed", detail, [FieldError("/fields", "no_move", detail)])
