"""What may happen to a submission, from every state."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from services.forecast.node.domain import member_node
from services.forecast.outlook.domain import FIGURES
from services.forecast.submission.domain import (
    UNLOCKED_FOR,
    Frozen,
    FrozenFigure,
    Stated,
    Submission,
    SubmissionError,
)
from shared.contracts.event import Event
from shared.contracts.events.forecast_submission import SubmissionStatus
from shared.contracts.periods import Calendar
from tests.forecast.builders import at, eur, named

NOW, LATER = at("2027-02-10"), at("2027-02-11")
BOSS = named("boss")
STATES: tuple[SubmissionStatus, ...] = ("draft", "submitted", "accepted", "returned", "locked")
FIGURE = FrozenFigure(Decimal(1500), Decimal(1700), Decimal(1600))
FROZEN = Frozen(
    at=NOW,
    currency="EUR",
    figures={rollup: dict.fromkeys(FIGURES, FIGURE) for rollup in ("cumulative", "single")},
    stages=(),
    teams=(),
    owner_ids=(named("ann"),),
    time_zone="UTC",
    fiscal_year_start_month=1,
    working_days=(1, 2, 3, 4, 5),
)
TRANSITIONS: dict[str, dict[SubmissionStatus, str]] = {
    "draft": {
        "draft": "draft",
        "submitted": "state_conflict",
        "accepted": "state_conflict",
        "returned": "draft",
        "locked": "submission_locked",
    },
    "submit": {
        "draft": "submitted",
        "submitted": "submitted",
        "accepted": "submitted",
        "returned": "submitted",
        "locked": "submission_locked",
    },
    "accept": {
        "draft": "state_conflict",
        "submitted": "accepted",
        "accepted": "state_conflict",
        "returned": "state_conflict",
        "locked": "submission_locked",
    },
    "return": {
        "draft": "state_conflict",
        "submitted": "returned",
        "accepted": "returned",
        "returned": "state_conflict",
        "locked": "submission_locked",
    },
    "unlock": {
        "draft": "state_conflict",
        "submitted": "state_conflict",
        "accepted": "state_conflict",
        "returned": "state_conflict",
        "locked": "accepted",
    },
    "lock": {
        "draft": "locked",
        "submitted": "locked",
        "accepted": "locked",
        "returned": "locked",
        "locked": "nothing",
    },
    "remind": {
        "draft": "draft",
        "submitted": "nothing",
        "accepted": "nothing",
        "returned": "returned",
        "locked": "nothing",
    },
    "overdue": {
        "draft": "draft",
        "submitted": "nothing",
        "accepted": "nothing",
        "returned": "returned",
        "locked": "nothing",
    },
}


def a_submission(status: SubmissionStatus = "draft") -> Submission:
    return Submission(
        id=named("submission"),
        period=Calendar().period("2027-Q1", now=NOW),
        node=member_node(named("ann")),
        frozen=FROZEN,
        status=status,
        status_before_lock="accepted" if status == "locked" else None,
        due_at=NOW,
        locks_at=LATER,
        created_at=NOW,
        updated_at=NOW,
    )


def done(action: str, before: Submission) -> tuple[Submission, Event] | None:
    actions: dict[str, Callable[[], tuple[Submission, Event] | None]] = {
        "draft": lambda: before.drafted(FROZEN, None, None, by=BOSS, now=NOW),
        "submit": lambda: before.submitted(FROZEN, None, None, by=BOSS, now=NOW),
        "accept": lambda: before.accepted(by=BOSS, now=NOW),
        "return": lambda: before.returned("x", by=BOSS, now=NOW),
        "unlock": lambda: before.unlocked("x", by=BOSS, now=NOW),
        "lock": lambda: before.locked(now=LATER),
        "remind": lambda: before.reminded(now=NOW),
        "overdue": lambda: before.overdue(now=NOW),
    }
    return actions[action]()


@pytest.mark.parametrize("status", STATES)
@pytest.mark.parametrize("action", TRANSITIONS)
def test_from_each_state_each_action_leads_where_the_table_says(
    action: str, status: SubmissionStatus
) -> None:
    before = a_submission(status)
    try:
        after = done(action, before)
    except SubmissionError as refusal:
        assert refusal.code == TRANSITIONS[action][status]
        return

    if after is None:
        assert TRANSITIONS[action][status] == "nothing"
        return
    state, fact = after
    assert state.status == TRANSITIONS[action][status]
    assert (state.version, fact.model_dump()["status"]) == (before.version + 1, state.status)


def test_it_is_told_of_once() -> None:
    reminded = a_submission().reminded(now=NOW)
    assert reminded is not None
    overdue = reminded[0].overdue(now=NOW)
    assert overdue is not None

    assert reminded[0].reminded(now=NOW) is None
    assert overdue[0].overdue(now=NOW) is None


def test_what_was_unlocked_is_locked_again_a_day_later() -> None:
    unlocked, _ = a_submission("locked").unlocked("x", by=BOSS, now=NOW)

    assert unlocked.locked(now=NOW + UNLOCKED_FOR - timedelta(seconds=1)) is None
    again = unlocked.locked(now=NOW + UNLOCKED_FOR)
    assert again is not None
    assert (again[0].status, again[0].status_before_lock) == ("locked", "accepted")


@pytest.mark.parametrize("action", ["draft", "submit", "accept", "return"])
def test_its_time_locks_it_also_while_nobody_has_come_to_do_so(action: str) -> None:
    late = replace(a_submission("submitted"), locks_at=NOW)

    with pytest.raises(SubmissionError) as refusal:
        done(action, late)

    assert refusal.value.code == "submission_locked"


def test_it_is_late_after_its_deadline_only() -> None:
    in_time, _ = a_submission().submitted(FROZEN, None, None, by=BOSS, now=NOW)
    late, _ = a_submission().submitted(FROZEN, None, None, by=BOSS, now=NOW + timedelta(seconds=1))
    without, _ = replace(a_submission(), due_at=None).submitted(FROZEN, None, None, by=BOSS, now=NOW)

    assert [each.late for each in (in_time, late, without)] == [False, True, False]


def test_the_number_is_the_stated_one_else_commit_as_its_owner_adjusted_it() -> None:
    stated = replace(a_submission(), stated=Stated(eur(2000), Decimal(2000)))

    assert (a_submission().number, stated.number) == (Decimal(1700), Decimal(2000))


def test_handing_in_anew_forgets_what_was_decided_before() -> None:
    returned, _ = a_submission("submitted").returned("too shy", by=BOSS, now=NOW)

    again, _ = returned.submitted(FROZEN, None, None, by=BOSS, now=NOW)

    assert (again.reason, again.reviewer_id, again.reviewed_at) == (None, None, None)
