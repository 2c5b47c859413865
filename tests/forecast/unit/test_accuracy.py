"""How wrong a forecast was, and which forecasts are looked at."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.forecast.accuracy.domain import (
    Bin,
    Look,
    Point,
    calibration,
    finished_periods,
    looks,
    score,
)
from shared.contracts.periods import Calendar
from tests.forecast.builders import at

CALENDAR = Calendar()
NOW = at("2027-05-10T12:00")
PERIODS = finished_periods("quarter", CALENDAR, now=NOW, most=4, first=None, last=None)
LOOK = looks(PERIODS, "quarter", CALENDAR, first_told=at("2026-06-01"))[0]


def point(forecast: str, actual: str, look: Look = LOOK) -> Point:
    return Point(look, Decimal(forecast), Decimal(actual))


def test_the_last_finished_periods_end_before_the_present_one() -> None:
    assert [each.name for each in PERIODS] == ["2026-Q2", "2026-Q3", "2026-Q4", "2027-Q1"]


def test_periods_may_be_asked_for_by_their_first_and_last_day() -> None:
    months = finished_periods(
        "month", CALENDAR, now=NOW, most=8, first=date(2026, 12, 1), last=date(2027, 3, 30)
    )

    assert [each.name for each in months] == ["2026-12", "2027-01", "2027-02"]


def test_a_forecast_is_made_at_the_beginning_and_so_many_days_before_the_end() -> None:
    made = {each.horizon: each.made_at for each in looks(PERIODS[-1:], "quarter", CALENDAR, first_told=None)}

    assert made == {
        "start": at("2027-01-01"),
        "90": at("2027-01-01"),
        "60": at("2027-01-31"),
        "30": at("2027-03-02"),
        "14": at("2027-03-18"),
        "7": at("2027-03-25"),
    }


def test_baselines_take_the_period_that_was_over_and_the_one_a_year_before() -> None:
    made = looks(PERIODS[-1:], "quarter", CALENDAR, first_told=None)

    assert {(each.last.name, each.year_ago.name) for each in made} == {("2026-Q4", "2026-Q1")}


def test_before_anything_was_told_a_look_is_not_of_then() -> None:
    made = looks(PERIODS, "quarter", CALENDAR, first_told=at("2026-07-01"))

    assert [each.then for each in made if each.horizon == "start"] == [False, True, True, True]


@pytest.mark.parametrize(
    ("forecast", "actual", "error", "accuracy"),
    [
        ("80", "100", "0.2", "0.8"),
        ("120", "100", "-0.2", "0.8"),
        ("300", "100", "-2", "0"),
        ("100", "100", "0", "1"),
        ("5", "0", None, None),
    ],
)
def test_the_error_is_of_the_actual_and_the_accuracy_never_below_0(
    forecast: str, actual: str, error: str | None, accuracy: str | None
) -> None:
    seen = point(forecast, actual)

    assert seen.error == (None if error is None else Decimal(error))
    assert seen.accuracy == (None if accuracy is None else Decimal(accuracy))


def test_wape_and_bias_weigh_periods_by_what_they_brought() -> None:
    seen = score([point("80", "100"), point("330", "300"), point("10", "0")])

    assert (seen.wape, seen.bias, seen.accuracy, seen.state) == (
        Decimal("0.15"),
        Decimal("0.05"),
        Decimal("0.85"),
        "ok",
    )


def test_two_periods_are_too_few_for_a_figure() -> None:
    seen = score([point("80", "100")] * 2)

    assert (seen.periods, seen.wape, seen.bias, seen.accuracy, seen.state) == (
        2,
        None,
        None,
        None,
        "insufficient_history",
    )


amounts = st.integers(0, 10**6).map(str)


@given(st.lists(st.tuples(amounts, amounts), min_size=3))
def test_the_bias_is_never_larger_than_the_wape(pairs: list[tuple[str, str]]) -> None:
    seen = score([point(forecast, actual) for forecast, actual in pairs])

    assert (seen.wape is None) == (seen.bias is None)
    if seen.wape is not None and seen.bias is not None:
        assert abs(seen.bias) <= seen.wape


def test_probabilities_that_came_true_have_a_lower_brier_score_than_the_share_alone() -> None:
    said_well = [
        Bin(1, 20, 5, Decimal(2), Decimal("4.5")),
        Bin(9, 50, 45, Decimal(45), Decimal("4.5")),
        Bin(1, 30, 0, Decimal(3), Decimal(0)),
    ]

    seen = calibration(said_well, undecided=3)

    assert (seen.deals, seen.undecided, seen.brier, seen.brier_of_share) == (
        100,
        3,
        Decimal("0.09"),
        Decimal("0.25"),
    )
    assert [(each.index, each.deals, each.won) for each in seen.bins] == [(1, 50, 5), (9, 50, 45)]


def test_a_few_decided_deals_say_nothing_about_probabilities() -> None:
    seen = calibration([Bin(1, 29, 5, Decimal("0.1"), Decimal(3))], undecided=0)

    assert (seen.brier, seen.bins, seen.state) == (None, (), "insufficient_history")
