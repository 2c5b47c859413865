"""From what a caller writes to a span of time and an instant."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.errors import DomainError
from shared.contracts.periods import Calendar
from shared.reporting.asked import Asked, AskedMoment, Question, period_before, question_of
from tests.forecast.builders import at

KYIV = Calendar(time_zone="Europe/Kyiv", fiscal_year_start_month=4)
NOW = at("2027-02-10T12:00")


def ask(calendar: Calendar = KYIV, **asked: str) -> Question:
    return question_of(Asked(**asked), calendar, now=NOW)


def test_nothing_asked_means_the_current_fiscal_quarter_as_it_stands_now() -> None:
    question = ask()

    assert (question.period.name, question.period.starts_on, question.as_of) == (
        "2027-Q4",
        date(2027, 1, 1),
        None,
    )


def test_a_month_begins_at_local_midnight() -> None:
    assert ask(period="2027-03").period.starts_at == at("2027-02-28T22:00")


def test_both_days_of_a_span_are_included() -> None:
    period = ask(Calendar(), first="2027-01-05", last="2027-01-05").period

    assert period.ends_at - period.starts_at == timedelta(days=1)
    assert period.name == "2027-01-05..2027-01-05"


def test_a_date_as_of_means_the_end_of_that_local_day() -> None:
    as_of = ask(as_of="2027-01-31").as_of

    assert as_of == at("2027-01-31T22:00") - timedelta(microseconds=1)


@pytest.mark.parametrize(
    "text", ["2027-01-31T12:00:00Z", "2027-01-31T14:00:00+02:00", "2027-01-31T14:00:00 02:00"]
)
def test_an_instant_as_of_means_just_that_also_with_an_unescaped_plus(text: str) -> None:
    assert ask(as_of=text).as_of == at("2027-01-31T12:00")


@pytest.mark.parametrize(
    "text",
    [
        "2027-01-31T12:00:00",
        "yesterday",
        "2027-13-01",
        "",
        "0001-01-01T00:00:00+10:00",
        "0001-01-01",
        "0001-06-01T00:00:00Z",
        "1899-12-31",
        "9000-01-01",
    ],
)
def test_an_as_of_that_cannot_be_read_is_refused_by_name(text: str) -> None:
    with pytest.raises(DomainError) as refusal:
        ask(as_of=text)

    assert refusal.value.code == "invalid_parameter"
    assert refusal.value.errors[0].pointer == "/query/as_of"


@pytest.mark.parametrize("parameter", ["as_of", "known_at"])
@pytest.mark.parametrize("text", ["2027-02-11", "2027-02-10T12:00:00.000001Z", "2199-12-31"])
def test_an_instant_in_the_future_is_refused_by_name(parameter: str, text: str) -> None:
    asked = {parameter: text}
    for answer in (
        lambda: question_of(Asked(**asked), KYIV, now=NOW),
        lambda: AskedMoment(**asked).moment(KYIV, now=NOW),
    ):
        with pytest.raises(DomainError) as refusal:
            answer()
        (error,) = refusal.value.errors
        assert (refusal.value.code, error.pointer, error.code) == (
            "invalid_parameter",
            f"/query/{parameter}",
            "in_the_future",
        )


@pytest.mark.parametrize("parameter", ["as_of", "known_at"])
def test_today_means_now(parameter: str) -> None:
    assert question_of(Asked(**{parameter: "2027-02-10"}), KYIV, now=NOW).as_of == NOW


@pytest.mark.parametrize(
    "asked",
    [
        {"period": "2027-Q5"},
        {"period": "2027-13"},
        {"period": "2027-W60"},
        {"period": "9999-W52"},
        {"period": "0000"},
        {"period": ""},
        {"period": "2027-Q1 "},
        {"period": "2027-Q1\n"},
        {"period": "２０２７"},  # noqa: RUF001 - just such digits
        {"first": "2027-01-01"},
        {"last": "2027-01-01"},
        {"first": "2027-02-01", "last": "2027-01-01"},
        {"first": "2027-02-30", "last": "2027-03-01"},
        {"first": "1000-01-01", "last": "2027-03-01"},
        {"first": "2027-01-01", "last": "9999-12-31"},
        {"period": "2027", "first": "2027-01-01", "last": "2027-02-01"},
    ],
)
def test_a_period_that_cannot_be_read_is_refused(asked: dict[str, str]) -> None:
    with pytest.raises(DomainError) as refusal:
        question_of(Asked(**asked), KYIV, now=NOW)

    assert refusal.value.code == "period_invalid"


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ({"first": "2027-01-01"}, "to"),
        ({"last": "2027-01-01"}, "from"),
        ({"period": "2027", "first": "2027-01-01", "last": "2027-02-01"}, "period"),
    ],
)
def test_half_a_span_names_what_is_missing(asked: dict[str, str], named: str) -> None:
    with pytest.raises(DomainError) as refusal:
        question_of(Asked(**asked), KYIV, now=NOW)

    assert refusal.value.errors[0].pointer == f"/query/{named}"


@given(st.text(max_size=12))
def test_whatever_is_written_is_a_period_or_a_refusal(text: str) -> None:
    try:
        period = ask(period=text).period
    except DomainError as refusal:
        assert refusal.code == "period_invalid"
    else:
        assert period.starts_at < period.ends_at


@given(st.dates(date(1901, 1, 1), date(2199, 12, 31)), st.integers(1, 12))
def test_every_day_lies_in_its_own_week_month_quarter_and_year(day: date, fiscal_start: int) -> None:
    calendar = Calendar("America/New_York", fiscal_start)
    noon = calendar.start_of(day) + timedelta(hours=12)

    for kind in ("week", "month", "quarter", "year"):
        period = question_of(Asked(period=kind), calendar, now=noon).period
        assert period.starts_on <= day <= period.ends_on
        assert period.starts_at <= noon < period.ends_at


@pytest.mark.parametrize(
    ("period", "before"),
    [
        ("2027-Q1", "2026-Q4"),
        ("2027-01", "2026-12"),
        ("2027-W01", "2026-W53"),
        ("2027", "2026"),
    ],
)
def test_the_period_before_is_of_the_same_kind(period: str, before: str) -> None:
    asked = ask(period=period).period

    earlier = period_before(asked, KYIV)

    assert (earlier.name, earlier.ends_at) == (before, asked.starts_at)


def test_before_a_span_of_days_there_is_one_as_long() -> None:
    earlier = period_before(ask(first="2027-03-01", last="2027-03-10").period, KYIV)

    assert (earlier.starts_on, earlier.ends_on) == (date(2027, 2, 19), date(2027, 2, 28))
