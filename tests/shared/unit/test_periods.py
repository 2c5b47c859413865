"""Periods are the organisation's: its time zone and its fiscal year decide."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.errors import DomainError
from shared.contracts.periods import Calendar

NOON = datetime(2027, 2, 10, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2027-Q1", date(2027, 1, 1), date(2027, 3, 31)),
        ("2027-03", date(2027, 3, 1), date(2027, 3, 31)),
        ("2027-W09", date(2027, 3, 1), date(2027, 3, 7)),
        ("2027", date(2027, 1, 1), date(2027, 12, 31)),
        ("week", date(2027, 2, 8), date(2027, 2, 14)),
        ("month", date(2027, 2, 1), date(2027, 2, 28)),
        ("quarter", date(2027, 1, 1), date(2027, 3, 31)),
        ("year", date(2027, 1, 1), date(2027, 12, 31)),
    ],
)
def test_a_period_is_read_in_every_documented_form(text: str, first: date, last: date) -> None:
    period = Calendar().period(text, now=NOON)

    assert (period.starts_on, period.ends_on) == (first, last)


@pytest.mark.parametrize("text", ["", "2027-Q5", "2027-13", "2027-W54", "Q1", "next", "2027-1"])
def test_anything_else_is_refused_by_name(text: str) -> None:
    with pytest.raises(DomainError) as refusal:
        Calendar().period(text, now=NOON)

    assert refusal.value.code == "period_invalid"
    assert refusal.value.errors[0].pointer == "/query/period"


@pytest.mark.parametrize(
    "text", ["9999", "9999-Q4", "9999-12", "9999-W52", "9999-W53", "0000", "0000-W01", "0001"]
)
@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York"])
@pytest.mark.parametrize("fiscal_month", [1, 7])
def test_a_period_that_dates_cannot_hold_is_refused_or_read_whole(
    text: str, zone: str, fiscal_month: int
) -> None:
    calendar = Calendar(zone, fiscal_month)

    try:
        period = calendar.period(text, now=NOON)
    except DomainError as refusal:
        assert refusal.code == "period_invalid"
    else:
        assert period.starts_at < period.ends_at


@pytest.mark.parametrize("text", ["9999", "9999-Q4", "9999-12", "9999-W52", "9999-W53"])
def test_a_period_that_ends_with_the_last_year_is_refused(text: str) -> None:
    with pytest.raises(DomainError) as refusal:
        Calendar().period(text, now=NOON)

    assert refusal.value.code == "period_invalid"


@pytest.mark.parametrize(
    "text", ["2027\n", "2027-Q1\n", "2027-03\n", "2027-W09\n", "٢٠٢٧", "२०२७-Q1", "2027-0٣", "2027-W0٩"]
)
def test_a_period_is_written_in_ascii_digits_and_nothing_more(text: str) -> None:
    with pytest.raises(DomainError) as refusal:
        Calendar().period(text, now=NOON)

    assert refusal.value.code == "period_invalid"


def test_a_fiscal_year_is_named_by_the_year_in_which_it_ends() -> None:
    calendar = Calendar(fiscal_year_start_month=7)

    year = calendar.period("2027", now=NOON)
    quarter = calendar.period("2027-Q1", now=NOON)

    assert (year.starts_on, year.ends_on) == (date(2026, 7, 1), date(2027, 6, 30))
    assert (quarter.starts_on, quarter.ends_on) == (date(2026, 7, 1), date(2026, 9, 30))
    assert calendar.current_name("quarter", date(2027, 2, 10)) == "2027-Q3"


def test_today_is_the_date_where_the_organisation_is() -> None:
    late_evening_in_utc = datetime(2027, 3, 31, 23, 30, tzinfo=UTC)

    assert Calendar("Asia/Tokyo").local_date(late_evening_in_utc) == date(2027, 4, 1)
    assert Calendar("Asia/Tokyo").period("quarter", now=late_evening_in_utc).name == "2027-Q2"
    assert Calendar("America/New_York").period("quarter", now=late_evening_in_utc).name == "2027-Q1"


def test_a_month_in_which_clocks_change_is_an_hour_shorter() -> None:
    march = Calendar("Europe/Amsterdam").period("2027-03", now=NOON)

    assert march.ends_at - march.starts_at == timedelta(days=31) - timedelta(hours=1)


def test_working_days_are_counted_with_both_ends() -> None:
    calendar = Calendar(working_days=(1, 2, 3, 4, 5))

    assert calendar.working_days_between(date(2027, 2, 8), date(2027, 2, 14)) == 5
    assert calendar.working_days_between(date(2027, 2, 13), date(2027, 2, 14)) == 0
    assert calendar.working_days_between(date(2027, 2, 14), date(2027, 2, 8)) == 0


@given(
    day=st.dates(date(1990, 1, 1), date(2090, 12, 31)),
    kind=st.sampled_from(["week", "month", "quarter", "year"]),
    month=st.integers(1, 12),
    zone=st.sampled_from(["UTC", "Asia/Kolkata", "America/New_York", "Pacific/Auckland"]),
)
def test_the_current_period_holds_the_day_and_its_name_reads_back(
    day: date, kind: str, month: int, zone: str
) -> None:
    calendar = Calendar(zone, month)
    now = calendar.start_of(day) + timedelta(hours=12)

    period = calendar.period(kind, now=now)

    assert period.starts_on <= day <= period.ends_on
    assert period.starts_at <= now < period.ends_at
    assert calendar.period(period.name, now=now) == period
