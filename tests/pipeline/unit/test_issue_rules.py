"""What may happen to an issue, in any order; and when a leak counts as mended."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.pipeline.issue.domain import (
    ALIVE,
    STEPS,
    Evidence,
    Issue,
    Level,
    Viewpoint,
    judged,
)
from shared.contracts.errors import DomainError
from shared.contracts.events.pipeline_issue import IssueStatus
from shared.contracts.ids import new_id

MONDAY = datetime(2027, 3, 1, 9, tzinfo=UTC)
TODAY = MONDAY.date()
FIGURES = Evidence(
    against="earlier",
    earlier_begins=date(2025, 12, 1),
    begins=date(2026, 12, 1),
    ends=TODAY,
    now=Level(24, 60),
    reference=Level(24, 240),
    p_value=0.0001,
)


def an_issue(evidence: Evidence | None = FIGURES) -> Issue:
    return Issue(
        id=new_id(),
        title="Lost at the fair",
        opened_by="somebody",
        viewpoint=Viewpoint("somebody", "director", "all"),
        evidence=evidence,
        created_at=MONDAY,
        updated_at=MONDAY,
    )


class LifeOfAnIssue(RuleBasedStateMachine):
    """Steps, plans and comparisons as they come; what is refused changes nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.issue = an_issue()
        self.now = MONDAY
        self.events = 1

    @rule(status=st.sampled_from(sorted(STEPS)))
    def take_a_step(self, status: IssueStatus) -> None:
        before, allowed = self.issue, status in (self.issue.status, *STEPS[self.issue.status])
        try:
            self._edit({"status": status})
        except DomainError as refusal:
            assert (refusal.code, allowed) == ("state_conflict", False)
            assert self.issue is before
        else:
            assert allowed
            assert self.issue.status == status

    @rule(days=st.integers(-3, 60))
    def plan_a_recheck(self, days: int) -> None:
        on = self.now.date() + timedelta(days=days)
        allowed = (days > 0 and self.issue.alive) or on == self.issue.recheck_on
        try:
            self._edit({"recheck_on": on})
        except DomainError as refusal:
            assert (refusal.code, allowed) == ("validation_failed", False)
        else:
            assert allowed
            assert self.issue.recheck_on == on

    @rule(days=st.integers(1, 40), bad=st.integers(0, 60))
    def compare_again(self, days: int, bad: int) -> None:
        self.now += timedelta(days=days)
        if not self.issue.alive:
            return
        now, recheck_on = Level(bad, 60), self.now.date()
        recheck = judged(recheck_on, TODAY, now=now, leak=FIGURES.now, reference=FIGURES.reference)
        self.issue, event = self.issue.compared(recheck, again_on=None, now=self.now)
        self.events += 1
        assert (event.verdict, event.deals) == (recheck.verdict, bad)

    @invariant()
    def it_ends_when_it_is_mended_or_closed(self) -> None:
        assert (self.issue.ended_at is not None) == (self.issue.status not in ALIVE)

    @invariant()
    def what_has_ended_is_not_compared_again(self) -> None:
        assert self.issue.alive or self.issue.recheck_on is None

    @invariant()
    def every_version_is_told(self) -> None:
        assert self.issue.version == self.events

    def _edit(self, fields: dict[str, object]) -> None:
        after, event = self.issue.edit(fields, today=self.now.date(), now=self.now)
        if after is not self.issue:
            assert event.changed
            self.events += 1
        self.issue = after


TestLifeOfAnIssue = LifeOfAnIssue.TestCase


@pytest.mark.parametrize(
    ("now", "verdict"),
    [
        (Level(7, 60), "mended"),
        (Level(60, 240), "improved"),
        (Level(24, 60), "not_mended"),
        (Level(13, 60), "improved"),
        (Level(0, 29), "undecided"),
        (Level(6, 31), "mended"),
        (Level(7, 33), "undecided"),
    ],
)
def test_a_leak_is_judged_by_the_test_that_found_it(now: Level, verdict: str) -> None:
    recheck = judged(TODAY, TODAY, now=now, leak=FIGURES.now, reference=FIGURES.reference)

    assert recheck.verdict == verdict, recheck


def test_without_figures_nothing_is_planned() -> None:
    with pytest.raises(DomainError) as refusal:
        an_issue(evidence=None).edit({"recheck_on": TODAY + timedelta(days=1)}, today=TODAY, now=MONDAY)

    assert refusal.value.errors[0].code == "no_figures"
