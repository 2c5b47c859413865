"""From summed chances to a period's figures."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.forecast.prediction.domain.blend import Blend, Came, Trial, Wins
from services.forecast.prediction.domain.grid import grid_from, place_of, value_at
from services.forecast.prediction.domain.outcome import Moments, outcome, scaled
from services.forecast.prediction.domain.ranges import chance_of_none
from services.forecast.prediction.domain.run import LastRun, next_due
from services.forecast.prediction.domain.trials import Walked
from tests.forecast.builders import at

_DEALS = st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1), st.floats(1, 1e5)), min_size=1, max_size=30)


def _moments(deals: list[tuple[float, float, float]]) -> Moments:
    """Of deals: the chance until the span begins, the rest of it, and what a win brings."""
    total = Moments()
    for before, rest, worth in deals:
        until = before * (1 - rest) + rest
        total += Moments(
            1,
            until - before,
            (until - before) * worth,
            (until - before) * worth**2,
            (before * worth) ** 2,
            (until * worth) ** 2,
        )
    return total


@given(_DEALS)
def test_the_variance_is_never_too_small_and_exact_from_the_day_of_the_run_on(
    deals: list[tuple[float, float, float]],
) -> None:
    exact = 0.0
    for before, rest, worth in deals:
        chance = before * (1 - rest) + rest - before
        exact += chance * (1 - chance) * worth**2
    from_the_run = [(0.0, rest, worth) for _, rest, worth in deals]

    assert _moments(deals).variance >= exact * (1 - 1e-6) - 1e-3
    assert _moments(from_the_run).variance == pytest.approx(
        sum(rest * (1 - rest) * worth**2 for _, rest, worth in deals), rel=1e-6, abs=1e-3
    )


@given(_DEALS, st.floats(0, 5))
def test_the_chance_of_no_win_at_all_is_never_too_small(
    deals: list[tuple[float, float, float]], coming: float
) -> None:
    from_the_run = [(0.0, rest, worth) for _, rest, worth in deals]
    none = 1.0
    for _, rest, _ in from_the_run:
        none *= 1 - rest

    wins = sum(rest for _, rest, _ in from_the_run)
    told = chance_of_none(len(deals), wins, 0.0)

    assert told >= none - 1e-9
    assert chance_of_none(1, deals[0][1], 0.0) == pytest.approx(1 - deals[0][1])
    assert chance_of_none(len(deals), wins, coming) <= told


@given(_DEALS, st.floats(0, 1e6))
def test_what_was_won_is_sure_and_the_bounds_are_in_order(
    deals: list[tuple[float, float, float]], won: float
) -> None:
    found = outcome(won, _moments(deals), Moments(), scale=1.1, spread=0.2)

    assert won <= found.p10 <= found.p50 <= found.p90
    assert found.mean == pytest.approx(won + found.open_deals + found.new_business)


def test_one_deal_that_may_be_won_or_not_brings_nothing_or_its_worth() -> None:
    likely = Moments(1, 0.95, 950.0, 950_000.0, 0.0, 902_500.0)

    found = outcome(0.0, likely, Moments(), scale=1.0, spread=0.0)

    assert (found.p10, found.p50, found.p90) == pytest.approx((1000.0, 1000.0, 1000.0), rel=1e-3)


def test_a_method_that_says_nothing_of_a_span_leaves_its_weight_to_the_others() -> None:
    blend = Blend({"model": 0.5, "same_period_last_year": 0.5}, {}, {}, 0.1, 0.1)
    won_by_day = [10.0] * 400

    known = scaled(blend, 100.0, (400, 431), first_won_on=0, won_by_day=won_by_day, day=400)
    unknown = scaled(blend, 100.0, (400, 431), first_won_on=200, won_by_day=won_by_day[200:], day=400)

    assert known.weights == {"model": 0.5, "same_period_last_year": 0.5}
    assert unknown.weights == {"model": 1.0}
    assert unknown.scale == 1.0
    assert known.scale > 1.0


@given(st.integers(735_000, 740_000), st.integers(0, 390))
def test_between_the_days_of_the_grid_a_straight_line_holds(day: int, later: int) -> None:
    grid = grid_from(day)

    found = value_at([float(each) for each in grid], place_of(grid, day + later))

    assert found == pytest.approx(min(day + later, grid[-1]))


def test_after_a_change_the_next_run_waits_as_long_as_the_last_one_was_dear() -> None:
    last = LastRun(at("2027-02-10T12:00"), 10.0, at("2027-02-10T11:00"))
    changed = at("2027-02-10T12:01")

    assert not next_due(last, changed, at("2027-02-10T12:03"))
    assert next_due(last, changed, at("2027-02-10T12:04"))
    assert not next_due(last, last.known_until, at("2027-02-11T12:00"))
    assert next_due(None, changed, changed)
    assert not next_due(None, None, changed)


def test_a_trial_holds_while_few_closings_are_told_late() -> None:
    trial = Trial(1, 31, 1.0, {"model": 1.0}, 1.0, came=Came(0.0, 1.0, 500), wins=Wins(1, 0.5, 0.5))
    walked = Walked(trial, 1000)

    assert walked.still_holds(1020)
    assert not walked.still_holds(1021)
    assert not walked.still_holds(900)
