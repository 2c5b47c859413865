"""Whatever happens to a deal, each of its times is told when it has come, and told once."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from services.pipeline.deal.domain.clock import Clock, Touch
from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal_time.domain import Days, News, Struck, reckoned, struck, with_alarm
from shared.contracts.periods import Calendar
from shared.working_time.domain import WorkingTime, office_week
from tests.pipeline.unit.builders import B2B, MONDAY, a_deal, days

BERLIN = "Europe/Berlin"
DAYS = Days(WorkingTime(office_week((1, 2, 3, 4, 5)), ZoneInfo(BERLIN)), Calendar(BERLIN))
STAGES = [replace(stage, target_days=2, rotting_days=3) for stage in B2B.stages]
pauses = st.integers(min_value=1, max_value=60 * 24 * 4).map(lambda minutes: timedelta(minutes=minutes))
steps = st.lists(
    st.tuples(st.sampled_from(["move", "touch", "plan", "postpone", "wait", "again"]), pauses), max_size=20
)


@dataclass
class Worker:
    """What the worker does, on a clock of its own; `alarms` is its agenda."""

    deal: Deal
    now: datetime = MONDAY
    clock: Clock | None = None
    alarms: list[datetime] = field(default_factory=list)
    planned: datetime | None = None
    told: list[tuple[Struck, Any]] = field(default_factory=list)

    def reckon(self, touch: Touch | None = None) -> None:
        news = News(self.now, touch, self.planned)
        self._keep(*with_alarm(reckoned(self.deal, self.clock, news, DAYS)))

    def wait_until(self, end: datetime) -> None:
        while self.alarms and min(self.alarms) <= end:
            self.now = max(self.now, min(self.alarms))
            self.alarms.remove(rung := min(self.alarms))
            assert self.clock is not None
            clock, news = struck(self.clock, self.deal, self.now)
            about = {
                "stage_overdue": clock.stage_entered_at,
                "rotten": (clock.touched_at, clock.rots_at),
                "close_overdue": self.deal.expected_close,
            }
            self.told += [(each, about[each]) for each in news]
            self._keep(*with_alarm(clock, [rung]))
        self.now = end

    def _keep(self, clock: Clock, alarm_at: datetime | None) -> None:
        self.clock = clock
        self.alarms += [alarm_at] if alarm_at else []


def played(script: list[tuple[str, timedelta]]) -> Worker:
    deal = replace(a_deal(), stage=STAGES[0], expected_close=(MONDAY + days(1)).date())
    worker = Worker(deal)
    worker.reckon()
    for number, (what, pause) in enumerate(script):
        worker.wait_until(worker.now + pause)
        deal, touch = worker.deal, None
        if what == "move":
            worker.deal = replace(deal, stage=STAGES[number % len(STAGES)], stage_entered_at=worker.now)
        if what == "postpone":
            worker.deal = replace(deal, expected_close=(worker.now + days(number % 3)).date())
        if what == "plan":
            worker.planned = worker.now + days(number % 5)
        if what in ("move", "touch", "postpone"):
            touch = Touch("changed", worker.now)
        worker.reckon(touch)
    return worker


@given(steps)
def test_nothing_is_told_twice(script: list[tuple[str, timedelta]]) -> None:
    worker = played(script)

    worker.wait_until(worker.now + days(60))

    assert len(worker.told) == len(set(worker.told))


@given(steps)
def test_everything_that_has_come_was_told(script: list[tuple[str, timedelta]]) -> None:
    worker = played(script)

    worker.wait_until(worker.now + days(60))

    clock, told = worker.clock, worker.told
    assert clock is not None
    assert clock.next_at is None
    assert ("stage_overdue", clock.stage_entered_at) in told
    assert clock.touched_at in [about[0] for what, about in told if what == "rotten"]
    assert ("close_overdue", worker.deal.expected_close) in told


@given(steps)
def test_nothing_is_told_before_its_time_and_the_next_alarm_is_never_late(
    script: list[tuple[str, timedelta]],
) -> None:
    worker = played(script)

    clock = worker.clock
    assert clock is not None
    come = (clock.overdue_at, clock.rotten_at, clock.close_overdue_at)
    assert all(each <= worker.now for each in come if each is not None)
    if clock.next_at is not None:
        assert min(worker.alarms) <= max(clock.next_at, worker.now)


@given(steps)
def test_to_reckon_again_changes_nothing(script: list[tuple[str, timedelta]]) -> None:
    worker = played(script)
    before = worker.clock, list(worker.alarms)

    worker.reckon()

    assert (worker.clock, worker.alarms) == before
