"""When the times of a deal come, and what is told then: pure rules over the clock of a deal."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from services.pipeline.deal.domain.clock import Clock, Touch
from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.domain.passage import Passage
from shared.contracts.periods import Calendar
from shared.working_time.domain import WorkingTime

ALARM = "deal.alarm"
"""On the agenda: one of the times of a deal has come."""
SWEEP = "deal.sweep"
"""On the agenda: the times of many deals are reckoned anew, because what they follow from has changed."""
Struck = Literal["stage_overdue", "rotten", "close_overdue"]


@dataclass(frozen=True, slots=True)
class Days:
    """The days of the organisation: those on which it works, and when each begins."""

    working: WorkingTime
    calendar: Calendar


@dataclass(frozen=True, slots=True)
class News:
    """What came up about a deal: the last touch of it, until when something is planned, and since when it is
    known as it is."""

    known_at: datetime
    touch: Touch | None = None
    planned_until: datetime | None = None


def reckoned(deal: Deal, before: Clock | None, news: News, days: Days) -> Clock:
    """The clock of the deal as it stands now.

    What had come already when the deal came to us is shown and not told. What was told of this stay in the
    stage, of this silence or of this close date is not told again, even when a change of days moves it.
    """
    touch = _latest(news.touch, before.touch if before else None) or _since_then(deal)
    clock = Clock(
        deal_id=deal.id,
        deal_version=deal.version,
        stage_entered_at=deal.stage_entered_at,
        touched_at=touch.at,
        touched_kind=touch.kind,
        touched_id=touch.id,
        touched_by=touch.by,
        alarm_at=before.alarm_at if before else None,
    )
    if deal.status != "open":
        return clock
    clock = _with_stage(clock, deal, before, news, days)
    clock = _with_rot(clock, deal, before, news, days)
    return _with_close(clock, deal, before, news, days)


def _with_stage(clock: Clock, deal: Deal, before: Clock | None, news: News, days: Days) -> Clock:
    if deal.stage.target_days is None:
        due_at = None
    else:
        due_at = days.working.add_days(deal.stage_entered_at, deal.stage.target_days)
    same_stay = before is not None and before.stage_entered_at == deal.stage_entered_at
    told = before.stage_told if before is not None and same_stay else _over(due_at, news, new=before is None)
    come = told and due_at is not None and due_at <= news.known_at
    return replace(clock, due_at=due_at, stage_told=told, overdue_at=due_at if come else None)


def _with_rot(clock: Clock, deal: Deal, before: Clock | None, news: News, days: Days) -> Clock:
    until = _latest_of((news.planned_until, deal.next_step_at))
    if deal.stage.rotting_days is None or clock.touched_at is None:
        return replace(clock, snoozed_until=until)
    silent = days.working.add_days(clock.touched_at, deal.stage.rotting_days)
    rots_at = silent if until is None else max(silent, until)
    was_rotten = before is not None and before.rotten_at is not None and before.touch == clock.touch
    gone = (was_rotten and rots_at <= news.known_at) or _over(rots_at, news, new=before is None)
    return replace(clock, snoozed_until=until, rots_at=rots_at, rotten_at=rots_at if gone else None)


def _with_close(clock: Clock, deal: Deal, before: Clock | None, news: News, days: Days) -> Clock:
    if deal.expected_close is None:
        return clock
    over_at = days.calendar.start_of(deal.expected_close + timedelta(days=1))
    told = before.close_told if before is not None else None
    if told is None and _over(over_at, news, new=before is None):
        told = deal.expected_close
    come = told == deal.expected_close and over_at <= news.known_at
    return replace(clock, close_over_at=over_at, close_told=told, close_overdue_at=over_at if come else None)


def struck(clock: Clock, deal: Deal, now: datetime) -> tuple[Clock, list[Struck]]:
    """The clock once everything that has come by now is noted, and what of it is to be told."""
    told: list[Struck] = []
    if clock.overdue_at is None and clock.due_at is not None and clock.due_at <= now:
        told += [] if clock.stage_told else ["stage_overdue"]
        clock = replace(clock, overdue_at=clock.due_at, stage_told=True)
    if clock.rotten_at is None and clock.rots_at is not None and clock.rots_at <= now:
        told += ["rotten"]
        clock = replace(clock, rotten_at=clock.rots_at)
    if clock.close_overdue_at is None and clock.close_over_at is not None and clock.close_over_at <= now:
        told += [] if clock.close_told == deal.expected_close else ["close_overdue"]
        clock = replace(clock, close_overdue_at=clock.close_over_at, close_told=deal.expected_close)
    return clock, told


def with_alarm(clock: Clock, rung: Iterable[datetime] = ()) -> tuple[Clock, datetime | None]:
    """The clock with the instant at which the worker looks next, and that instant if it is to be planned.

    One alarm is enough: it may come too early, when times were put off since, and then looks again. `rung`:
    those that come off the agenda now.
    """
    planned = None if clock.alarm_at in set(rung) else clock.alarm_at
    wanted = clock.next_at
    if wanted is None or (planned is not None and planned <= wanted):
        return replace(clock, alarm_at=planned), None
    return replace(clock, alarm_at=wanted), wanted


def due_of(passage: Passage, target_days: int | None, days: Days) -> datetime | None:
    """By when a stage was or is to be done."""
    return None if target_days is None else days.working.add_days(passage.entered_at, target_days)


def _over(at: datetime | None, news: News, *, new: bool) -> bool:
    return new and at is not None and at <= news.known_at


def _since_then(deal: Deal) -> Touch:
    """Nobody is known to have touched it: it came into its stage."""
    return Touch("stage_entered", deal.stage_entered_at)


def _latest(*touches: Touch | None) -> Touch | None:
    known = [each for each in touches if each is not None]
    return max(known, key=lambda each: each.at, default=None)


def _latest_of(instants: Iterable[datetime | None]) -> datetime | None:
    return max((each for each in instants if each is not None), default=None)
