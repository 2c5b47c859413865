"""When forecasts are due, by the organisation's clock and working days."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.forecast.submission_rule.domain import Office, Rule, kind_of
from shared.contracts.errors import DomainError
from shared.contracts.periods import Calendar
from shared.working_time.domain import WorkingTime, office_week
from tests.forecast.builders import at

CLOSED = frozenset({date(2027, 1, 1), date(2027, 3, 26)})


def office(calendar: Calendar, closed: frozenset[date] = frozenset(), weekdays: Any = None) -> Office:
    """With office hours on the weekdays, which are those of the calendar unless hours say otherwise."""
    week = office_week(weekdays or calendar.working_days)
    return Office(calendar, WorkingTime(week, ZoneInfo(calendar.time_zone), closed))


BERLIN = office(Calendar("Europe/Berlin"), CLOSED)
NOW = at("2027-02-10T12:00")
WEEKLY = Rule("quarter", weekday=5)


def deadlines(rule: Rule, period: str, of: Office = BERLIN) -> list[datetime]:
    return rule.deadlines(of.calendar.period(period, now=NOW), of)


def test_every_friday_of_the_quarter_at_five_by_the_local_clock_also_after_it_is_put_forward() -> None:
    found = deadlines(WEEKLY, "2027-Q2")

    assert (len(found), found[0], found[-1]) == (13, at("2027-04-02T15:00"), at("2027-06-25T15:00"))
    assert deadlines(WEEKLY, "2027-Q1")[0] == at("2027-01-01T16:00")


@pytest.mark.parametrize(
    ("working_day", "due"),
    [
        (1, "2027-01-04T16:00"),
        (3, "2027-01-06T16:00"),
        (-1, "2026-12-31T16:00"),
        (-5, "2026-12-25T16:00"),
    ],
)
def test_working_days_are_counted_from_the_first_of_the_period_without_closed_days(
    working_day: int, due: str
) -> None:
    assert deadlines(Rule("quarter", working_day=working_day), "2027-Q1") == [at(due)]


def test_who_has_hours_on_saturdays_works_on_saturdays() -> None:
    six_days = office(Calendar("Europe/Berlin"), CLOSED, weekdays=(1, 2, 3, 4, 5, 6))

    assert deadlines(Rule("quarter", working_day=1), "2027-Q1", six_days) == [at("2027-01-02T16:00")]


def test_the_next_round_may_be_of_the_next_period() -> None:
    before = Rule("quarter", working_day=-2).next_round(BERLIN, after=NOW)
    weekly = WEEKLY.next_round(BERLIN, after=at("2027-03-26T16:00"))

    assert (before.period.name, before.due_at) == ("2027-Q2", at("2027-03-30T15:00"))
    assert (weekly.period.name, weekly.due_at) == ("2027-Q2", at("2027-04-02T15:00"))


def test_a_submission_is_for_the_first_deadline_that_is_not_locked() -> None:
    rule = Rule("quarter", weekday=5, grace_hours=24)
    period = BERLIN.calendar.period("2027-Q1", now=NOW)

    def due(now: str) -> datetime | None:
        found = rule.round_of(period, BERLIN, now=at(now))
        return None if found is None else found.due_at

    assert due("2027-02-12T16:00") == due("2027-02-13T15:59") == at("2027-02-12T16:00")
    assert due("2027-02-13T16:00") == at("2027-02-19T16:00")
    assert due("2027-03-27T16:00") is None


@given(
    st.sampled_from(["week", "month", "quarter", "year"]),
    st.one_of(
        st.fixed_dictionaries({"weekday": st.integers(1, 7)}),
        st.fixed_dictionaries({"working_day": st.integers(-5, 5).filter(bool)}),
    ),
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1)),  # noqa: DTZ001 - made aware below
    st.integers(1, 12),
)
def test_the_next_deadline_is_always_ahead_and_none_between_is_passed_over(
    kind: Any, when: dict[str, int], after: datetime, fiscal: int
) -> None:
    rule, new_york = Rule(kind, at=time(9), **when), office(Calendar("America/New_York", fiscal))  # type: ignore[arg-type]  # one of both
    instant = at(after.isoformat())

    found = rule.next_round(new_york, after=instant)

    assert found.due_at > instant
    assert found.due_at in rule.deadlines(found.period, new_york)
    assert kind_of(found.period) == kind
    between = rule.next_round(new_york, after=found.due_at - timedelta(microseconds=1))
    assert between.due_at == found.due_at


@pytest.mark.parametrize(
    "rule",
    [
        Rule("week"),
        Rule("week", weekday=1, working_day=1),
        Rule("week", working_day=0),
        Rule("week", working_day=6),
        Rule("quarter", working_day=-46),
        Rule("week", weekday=1, reminder_hours=100, grace_hours=45),
    ],
)
def test_a_rule_that_says_nothing_or_two_things_is_refused(rule: Rule) -> None:
    with pytest.raises(DomainError) as refusal:
        rule.checked("/rules/0")

    assert refusal.value.code == "validation_failed"
