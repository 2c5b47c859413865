"""Which periods begin with a day, and when its snapshot is taken."""

from datetime import UTC, date, datetime, timedelta

import pytest

from services.forecast.snapshot.domain import SnapshotError, Turn, frozen_period, of_day, periods_beginning
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


@pytest.mark.parametrize(
    ("period", "code"), [("2027-W09", "wrong_format"), ("2025-Q4", "out_of_range"), ("2026", "out_of_range")]
)
def test_what_is_not_frozen_is_refused(period: str, code: str) -> None:
    taken = of_day(named("snapshot"), date(2027, 2, 10), Calendar(), currency="EUR", now=MIDNIGHT)

    with pytest.raises(SnapshotError) as refusal:
        frozen_period(taken, Calendar().period(period, now=MIDNIGHT))

    assert (refusal.value.code, [each.code for each in refusal.value.errors]) == ("period_invalid", [code])


@pytest.mark.parametrize("period", ["2026-02", "2026-Q2", "2027-Q1", "2027", "2029"])
def test_months_are_frozen_from_a_year_before_on(period: str) -> None:
    taken = of_day(named("snapshot"), date(2027, 2, 10), Calendar(), currency="EUR", now=MIDNIGHT)
    asked = Calendar().period(period, now=MIDNIGHT)

    assert frozen_period(taken, asked) is asked
