"""Working time: deadlines fall into hours people work, whatever clocks, weekends and holidays do."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from shared.working_time.domain import Hours, WorkingTime, WorkingTimeError, office_week

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "America/Santiago", "Asia/Beirut", "Asia/Kathmandu",
         "Australia/Lord_Howe", "America/Havana", "Africa/Casablanca")  # fmt: skip
OFFICE = WorkingTime(office_week((1, 2, 3, 4, 5)), BERLIN)
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
MINUTES = st.integers(0, 60 * 24 * 400).map(lambda sixtieths: sixtieths / 8)


def at(local: str, *, fold: int = 0) -> datetime:
    """An instant by Berlin's clock."""
    return datetime.fromisoformat(local).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)


@st.composite
def hours_of_a_day(draw: st.DrawFn) -> tuple[Hours, ...]:
    edges = draw(
        st.lists(st.integers(0, 24 * 60), max_size=6, unique=True).filter(lambda it: len(it) % 2 == 0)
    )
    edges.sort()
    return tuple(Hours(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True))


@st.composite
def working_times(draw: st.DrawFn) -> WorkingTime:
    week = draw(st.dictionaries(st.integers(1, 7), hours_of_a_day()))
    assume(any(week.values()))
    closed = draw(st.frozensets(st.dates(date(2024, 1, 1), date(2028, 12, 31)), max_size=12))
    return WorkingTime(week, ZoneInfo(draw(st.sampled_from(ZONES))), closed)


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        ("2027-03-01 09:00", 60, "2027-03-01 10:00"),
        ("2027-03-01 16:30", 60, "2027-03-02 09:30"),
        ("2027-03-01 16:00", 60, "2027-03-01 17:00"),
        ("2027-03-05 17:00", 60, "2027-03-08 10:00"),
        ("2027-03-06 12:00", 0, "2027-03-08 09:00"),
        ("2027-03-01 07:00", 8 * 60 * 5 + 1, "2027-03-08 09:01"),
        ("2027-03-26 16:30", 60, "2027-03-29 09:30"),
        ("2027-01-04 09:00", 8 * 60 * 5 * 30, "2027-07-30 17:00"),
    ],
)
def test_an_hour_of_work_is_found_in_the_office_hours(start: str, minutes: float, due: str) -> None:
    assert OFFICE.add(at(start), minutes) == at(due)


def test_a_closed_day_is_passed_over() -> None:
    closed = WorkingTime(OFFICE.week, BERLIN, frozenset({date(2027, 3, 26), date(2027, 3, 29)}))

    assert closed.add(at("2027-03-25 16:30"), 60) == at("2027-03-30 09:30")
    assert not closed.is_open(at("2027-03-29 12:00"))
    assert closed.minutes_between(at("2027-03-25 16:00"), at("2027-03-30 10:00")) == 120


def test_the_hour_that_the_clock_leaves_out_is_not_worked() -> None:
    night = WorkingTime({7: (Hours(60, 4 * 60),)}, BERLIN)

    assert night.minutes_between(at("2027-03-28 00:00"), at("2027-03-28 06:00")) == 120
    assert night.add(at("2027-03-28 01:30"), 60) == at("2027-03-28 03:30")


def test_the_hour_that_the_clock_repeats_is_worked_twice() -> None:
    night = WorkingTime({7: (Hours(60, 4 * 60),)}, BERLIN)

    assert night.minutes_between(at("2027-10-31 00:00"), at("2027-10-31 06:00")) == 240
    assert night.add(at("2027-10-31 02:30"), 60) == at("2027-10-31 02:30", fold=1)


def test_hours_that_begin_in_the_gap_begin_with_the_jump() -> None:
    early = WorkingTime({7: (Hours(150, 210),)}, BERLIN)

    assert early.add(at("2027-03-28 00:00"), 0) == at("2027-03-28 03:00")
    assert early.minutes_between(at("2027-03-28 00:00"), at("2027-03-28 12:00")) == 30


@pytest.mark.parametrize("edges", [(540, 540), (600, 540), (-1, 5), (0, 1441)])
def test_hours_that_are_none_are_refused(edges: tuple[int, int]) -> None:
    with pytest.raises(WorkingTimeError, match="hours_out_of_order"):
        Hours(*edges)


def test_hours_that_overlap_are_refused() -> None:
    with pytest.raises(WorkingTimeError, match="hours_overlap"):
        WorkingTime({1: (Hours(600, 700), Hours(500, 601))}, BERLIN)


def test_where_nobody_ever_works_no_deadline_can_be_set() -> None:
    never = WorkingTime({1: ()}, BERLIN)

    assert not never.is_open(at("2027-03-01 12:00"))
    assert never.minutes_between(at("2027-03-01 12:00"), at("2028-03-01 12:00")) == 0
    with pytest.raises(WorkingTimeError, match="never_open"):
        never.add(at("2027-03-01 12:00"), 60)


@given(working_times(), INSTANTS, MINUTES)
def test_what_was_added_lies_between(working: WorkingTime, start: datetime, minutes: float) -> None:
    due = working.add(start, minutes)

    assert working.minutes_between(start, due) == pytest.approx(minutes, abs=1e-6)


@given(working_times(), INSTANTS, MINUTES)
def test_a_deadline_is_never_in_closed_time(working: WorkingTime, start: datetime, minutes: float) -> None:
    due = working.add(start, minutes)

    assert start <= due
    assert working.is_open(due) or (minutes > 0 and working.is_open(due - timedelta(microseconds=1)))


@given(working_times(), INSTANTS, MINUTES, MINUTES)
def test_more_work_is_never_done_sooner(
    working: WorkingTime, start: datetime, minutes: float, more: float
) -> None:
    assert working.add(start, minutes + 1 + more) > working.add(start, minutes)


@given(working_times(), INSTANTS, st.timedeltas(timedelta(), timedelta(days=40)), MINUTES)
def test_who_starts_later_is_done_no_sooner(
    working: WorkingTime, start: datetime, later: timedelta, minutes: float
) -> None:
    assert working.add(start + later, minutes) >= working.add(start, minutes)


@given(working_times(), INSTANTS, INSTANTS, INSTANTS)
def test_time_between_adds_up(working: WorkingTime, one: datetime, two: datetime, three: datetime) -> None:
    first, middle, last = sorted((one, two, three))
    parts = working.minutes_between(first, middle) + working.minutes_between(middle, last)

    assert working.minutes_between(first, last) == pytest.approx(parts, abs=1e-6)
    assert working.minutes_between(last, first) == 0 or first == last


@given(working_times(), INSTANTS, st.integers(0, 90))
def test_weeks_at_once_are_the_same_as_days_one_by_one(
    working: WorkingTime, start: datetime, days: int
) -> None:
    end = start + timedelta(days=days)
    steps = [start + timedelta(days=day) for day in range(days + 1)]
    daily = sum(working.minutes_between(*pair) for pair in pairwise(steps))

    assert working.minutes_between(start, end) == pytest.approx(daily, abs=1e-6)


FULL_DAYS = st.tuples(st.integers(0, 8), st.integers(16, 24)).map(
    lambda ends: (Hours(ends[0] * 60, ends[1] * 60),)
)


@st.composite
def weeks_of_long_days(draw: st.DrawFn) -> WorkingTime:
    week = draw(st.dictionaries(st.integers(1, 7), FULL_DAYS, min_size=1))
    closed = draw(st.frozensets(st.dates(date(2024, 1, 1), date(2028, 12, 31)), max_size=12))
    return WorkingTime(week, ZoneInfo(draw(st.sampled_from(ZONES))), closed)


@given(weeks_of_long_days(), INSTANTS, st.integers(1, 60))
def test_so_many_working_days_later_so_many_have_passed(
    working: WorkingTime, start: datetime, days: int
) -> None:
    later = working.add_days(start, days)

    assert working.days_between(start, later) == pytest.approx(days, abs=1e-6)
    assert working.days_between(start, later - timedelta(seconds=1)) < days


@given(weeks_of_long_days(), INSTANTS, st.integers(1, 60))
def test_what_began_by_the_latest_start_is_over_and_nothing_later(
    working: WorkingTime, end: datetime, days: int
) -> None:
    latest = working.latest_start(end, days)

    assert working.add_days(latest, days) <= end + timedelta(milliseconds=1)
    assert working.add_days(latest + timedelta(seconds=1), days) > end


@given(weeks_of_long_days(), INSTANTS, INSTANTS, INSTANTS)
def test_working_days_of_parts_add_up(
    working: WorkingTime, one: datetime, two: datetime, three: datetime
) -> None:
    first, second, third = sorted((one, two, three))

    parts = working.days_between(first, second) + working.days_between(second, third)

    assert parts == pytest.approx(working.days_between(first, third), abs=1e-6)


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("2027-03-01T12:00", 3, "2027-03-04T12:00"),
        ("2027-03-05T12:00", 1, "2027-03-08T12:00"),
        ("2027-03-06T12:00", 1, "2027-03-08T17:00"),
        ("2027-03-01T18:00", 1, "2027-03-02T17:00"),
        ("2027-03-01T09:00", 1, "2027-03-01T17:00"),
        ("2027-03-06T12:00", 0, "2027-03-08T09:00"),
        ("2027-03-01T12:00", 0, "2027-03-01T12:00"),
    ],
)
def test_working_days_keep_the_time_of_day(start: str, days: int, expected: str) -> None:
    assert OFFICE.add_days(at(start), days) == at(expected)


def test_a_day_is_a_day_however_long_it_is() -> None:
    short_friday = WorkingTime({4: (Hours(540, 1020),), 5: (Hours(540, 780),)}, BERLIN)

    assert short_friday.add_days(at("2027-03-04T13:00"), 1) == at("2027-03-05T11:00")


def test_closed_days_are_no_working_days() -> None:
    closed = WorkingTime(OFFICE.week, BERLIN, frozenset({date(2027, 3, 2)}))

    assert closed.add_days(at("2027-03-01T12:00"), 1) == at("2027-03-03T12:00")
    assert closed.days_between(at("2027-03-01T12:00"), at("2027-03-04T12:00")) == 2
