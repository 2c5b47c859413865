"""Which periods begin with a day, and when its snapshot is taken."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.forecast.snapshot.domain import SnapshotError, Turn, of_day, periods_beginning, whole_months
from shared.contracts.periods import Calendar
from tests.forecast.builders import named

BERLIN = Calendar("Europe/Berlin", fiscal_year_start_month=2)
MIDNIGHT = datetime(2027, 2, 10, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "periods"),
    [
        (date(2027, 2, 1), ("2027-W05", "2027-02", "2028-Q1", "2028")),
        (date(2027, 3, 1), ("2027-W09", "2027-03")),
        (date(2027, 3, 8), ("2027-W10",)),
        (date(2027, 3, 9), ()),
    ],
)
def test_a_day_begins_the_periods_of_the_fiscal_year(day: date, periods: tuple[str, ...]) -> None:
    assert periods_beginning(day, BERLIN) == periods


def test_midnight_is_that_of_the_organisation() -> None:
    now = datetime(2027, 3, 8, 23, 10, tzinfo=UTC)

    taken = of_day(named("s"), date(2027, 3, 9), BERLIN, currency="EUR", now=now)

    assert (taken.taken_at, taken.kind) == (datetime(2027, 3, 8, 23, tzinfo=UTC), "daily")
    assert (taken.taken_late, taken.first_closed_month) == (False, date(2026, 3, 1))


@pytest.mark.parametrize(
    ("after_midnight", "waits", "catching_up", "waits_for"),
    [
        (timedelta(minutes=1), 0, False, timedelta(minutes=4)),
        (timedelta(minutes=5), 0, False, None),
        (timedelta(minutes=5), 0, True, timedelta(minutes=1)),
        (timedelta(minutes=5), 60, True, None),
        (timedelta(days=2), 0, False, timedelta(minutes=2)),
        (timedelta(days=2), 1, False, None),
    ],
)
def test_it_waits_until_the_ledger_has_caught_up(
    after_midnight: timedelta, waits: int, catching_up: bool, waits_for: timedelta | None
) -> None:
    now = MIDNIGHT + after_midnight

    until = Turn(date(2027, 2, 10), waits).waits_until(MIDNIGHT, now, catching_up=catching_up)

    assert (None if until is None else until - now) == waits_for


def test_a_week_is_no_period_of_frozen_figures() -> None:
    calendar = Calendar()
    quarter, week = (calendar.period(name, now=MIDNIGHT) for name in ("2027-Q1", "2027-W09"))

    assert whole_months(quarter) is quarter
    with pytest.raises(SnapshotError) as refusal:
        whole_months(week)
    assert refusal.value.code == "period_invalid"
