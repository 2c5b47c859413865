"""The instant has come: the stage is overdue, the deal is rotten, its close date is over. Told once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal import clocks, repository
from services.pipeline.deal.domain.clock import Clock
from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.use_cases.arriving import fact
from services.pipeline.deal_time.domain import Struck, struck, with_alarm
from services.pipeline.deal_time.use_cases.reckon_deals import alarm
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.contracts.envelope import Envelope
from shared.contracts.events.pipeline_deal import DealCloseOverdue, DealRotten, DealStageOverdue, DealState

_A_MOMENT = timedelta(seconds=1)
_FACTS: dict[Struck, type[DealState]] = {
    "stage_overdue": DealStageOverdue,
    "rotten": DealRotten,
    "close_overdue": DealCloseOverdue,
}


async def tell_times(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """What has come for these deals by now. Comes an alarm too early, the next one is planned.

    A deal that was changed since its times were reckoned waits until they are reckoned anew.
    """
    rung: dict[UUID, list[datetime]] = {}
    for entry in entries:
        rung.setdefault(UUID(entry.payload["deal_id"]), []).append(entry.due_at)
    told, facts, kept, alarms = list[Deal](), list[Envelope](), list[Clock](), list[Due]()
    for deal in await repository.hold_all(connection, rung):
        if deal.clock is None:
            continue
        clock, after = deal.clock, deal
        if clock.deal_version != deal.version:
            alarms.append(alarm(deal.id, now + _A_MOMENT))
            kept.append(replace(clock, alarm_at=now + _A_MOMENT))
            continue
        if deal.status == "open" and clock.stage_entered_at == deal.stage_entered_at:
            clock, news = struck(clock, deal, now)
            for each in news:
                after, event, at = _tell(after, each, clock)
                facts.append(fact(event, deal.id, after.version, at))
        clock, alarm_at = with_alarm(replace(clock, deal_version=after.version), rung[deal.id])
        alarms += [alarm(deal.id, alarm_at)] if alarm_at else []
        kept += [clock] if clock != deal.clock else []
        told += [repository.stamped(after, now)] if after is not deal else []
    await repository.save(connection, told, facts, reckoning=False)
    await clocks.save_clocks(connection, kept, now)
    await plan_work(connection, alarms)


def _tell(deal: Deal, what: Struck, clock: Clock) -> tuple[Deal, DealState, datetime]:
    """The next version of the deal, the fact, and when it came."""
    more: dict[str, Any] = {"supervisor_id": deal.stage.supervisor_id}
    at = clock.close_overdue_at
    if what == "stage_overdue":
        at, more["due_at"] = clock.overdue_at, clock.overdue_at
    if what == "rotten":
        at, more["touched_at"] = clock.rotten_at, clock.touched_at
    assert at is not None  # noqa: S101 - it has just been struck
    after, event = deal.noted(_FACTS[what], **more)
    return after, event, at
