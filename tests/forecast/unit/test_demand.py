"""Requests for a product, their trend, and what research says beside it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.forecast.demand.domain import combined, expected_requests, trend_of

NOW = 12 * 2027 + 1


def months(*counts: int) -> dict[int, int]:
    """Requests of the months before now, the oldest first."""
    return dict(zip(range(NOW - len(counts), NOW), counts, strict=True))


def test_a_rising_demand_goes_on() -> None:
    trend = trend_of(months(*range(2, 26, 2)), NOW)

    assert trend is not None
    assert (trend.slope, trend.direction) == (2, "rising")
    assert expected_requests(trend, {NOW: 1.0, NOW + 1: 0.5}) == pytest.approx(26 + 14)


def test_a_single_wild_month_bends_no_trend() -> None:
    trend = trend_of(months(5, 5, 5, 5, 5, 5, 5, 500, 5, 5, 5, 5), NOW)

    assert trend is not None
    assert (trend.slope, trend.level, trend.direction) == (0, 5, "steady")


def test_a_falling_demand_never_falls_below_nothing() -> None:
    trend = trend_of(months(10, 8, 6, 4, 2, 0), NOW)

    assert trend is not None
    assert trend.direction == "falling"
    assert trend.in_month(NOW + 6) == 0


def test_too_few_months_or_requests_have_no_trend() -> None:
    assert trend_of(months(9, 9, 9, 9, 9), NOW) is None
    assert trend_of(months(1, 1, 1, 1, 1, 1), NOW) is None
    assert trend_of({}, NOW) is None


def test_research_weighs_as_a_year_of_requests() -> None:
    both = combined(30.0, 12, [60.0])

    assert (both.need, both.feedback_weight, both.research_weight) == (45.0, 0.5, 0.5)
    assert combined(30.0, 12, []).need == 30
    assert combined(None, 0, [10.0, 20.0]).need == 15
    assert combined(None, 0, []).need is None


@given(st.lists(st.integers(0, 200), min_size=6, max_size=24))
def test_the_trend_lies_within_its_interval(counts: list[int]) -> None:
    trend = trend_of(months(*counts), NOW)

    if trend is not None:
        assert trend.low <= trend.slope <= trend.high


@given(st.none() | st.floats(0, 1e6), st.integers(1, 24), st.lists(st.floats(0, 1e6), max_size=4))
def test_what_is_combined_lies_between_its_parts(
    feedback: float | None, whole_months: int, research: list[float]
) -> None:
    both = combined(feedback, whole_months, research)
    parts = [*([] if feedback is None else [feedback]), *research]

    if parts:
        assert both.need is not None
        assert min(parts) - 1e-6 <= both.need <= max(parts) + 1e-6
        assert both.feedback_weight + both.research_weight == pytest.approx(1)
