"""A deal is lost."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.domain.deal import Deal, Why
from services.pipeline.loss_reason.domain import LossReason, refuse_incomplete
from services.pipeline.loss_reason.use_cases.know_reasons import reason_meant
from services.pipeline.progress.domain import BARE, Along
from services.pipeline.progress.use_cases.ending import End, Ending, begin_end, finish_end, why
from shared.contracts.events.pipeline_deal import DealLost
from shared.contracts.identity import Identity


async def lose_deal(
    connection: AsyncConnection,
    deal_id: UUID,
    caller: Identity,
    *,
    reason: str,
    note: str | None = None,
    competitor: str | None,
    closed_at: date | None,
    along: Along = BARE,
    seen_version: int | None,
    now: datetime,
) -> Deal:
    """The lost deal, in the stage in which it was lost.

    Refuses with `deal_not_found`, `version_conflict`, `deal_not_open`, `deal_already_lost`, `rate_missing`,
    `gates_unmet`, `reason_unknown`, and with `validation_failed` a closing before the opening or in the
    future.
    """
    wanted = End("lost", closed_at, None, along)
    ending = await begin_end(connection, deal_id, caller, wanted, seen_version=seen_version, now=now)
    meant = await reason_meant(connection, reason, "lost")
    lost, event = lost_for(ending, why(reason, meant, note), meant, competitor)
    return await finish_end(connection, ending, lost, event, now=now)


def lost_for(
    ending: Ending, why: Why, meant: LossReason | None, competitor: str | None
) -> tuple[Deal, DealLost]:
    """The deal, lost. Refuses with `validation_failed` a reason without what it asks for."""
    if meant is not None:
        refuse_incomplete(meant, note=why.note, competitor=competitor or ending.deal.competitor)
    return ending.deal.lose(
        ending.at, why=why, competitor=competitor, value=ending.valuation.base, passed=ending.passed
    )
