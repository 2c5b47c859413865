import math
import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.forecast.prediction.domain.ranges import Range, range_of, rising

Deal = tuple[float, float]
"""Chance and amount."""

deals = st.lists(st.tuples(st.floats(0.01, 0.99), st.floats(10, 1e6)), min_size=1, max_size=40)


def foretold(given: Sequence[Deal], spread: float = 0.0) -> Range:
    mean = sum(chance * amount for chance, amount in given)
    variance = sum(chance * (1 - chance) * amount**2 for chance, amount in given)
    return range_of(mean, variance, spread, none=math.prod(1 - chance for chance, _ in given))


@given(given=deals, spread=st.floats(0, 0.5))
def test_p10_is_below_p50_is_below_p90(given: list[Deal], spread: float) -> None:
    found = foretold(given, spread)

    assert 0 <= found.p10 <= found.p50 <= found.p90


def test_of_one_deal_the_range_is_nothing_or_its_amount() -> None:
    likely = foretold([(0.6, 500)])

    assert likely.p10 == 0
    assert (likely.p50, likely.p90) == pytest.approx((500, 500), abs=0.01)
    assert foretold([(0.05, 500)]).p90 == 0
    assert foretold([(0.95, 500)]).p10 == pytest.approx(500, abs=0.01)


@pytest.mark.parametrize("number", [2, 3, 5, 10, 30, 200])
def test_the_truth_lies_below_p10_and_above_p90_about_one_time_in_ten(number: int) -> None:
    draw = random.Random(number)
    below = above = 0
    for _ in range(100):
        some = [(draw.uniform(0.1, 0.7), draw.lognormvariate(8, 0.7)) for _ in range(number)]
        found = foretold(some)
        for _ in range(40):
            true = sum(amount for chance, amount in some if draw.random() < chance)
            below += true < found.p10
            above += true > found.p90
    assert below / 4000 <= 0.14
    assert 0.05 <= above / 4000 <= 0.14


likely = st.lists(st.tuples(st.floats(0.2, 0.8), st.floats(10, 1e4)), min_size=2, max_size=20)


@given(given=likely, spread=st.floats(0.01, 0.3))
def test_a_smaller_part_has_a_wider_range_in_proportion(given: list[Deal], spread: float) -> None:
    part = foretold(given * 5, spread)
    whole = foretold(given * 50, spread)

    assert (part.p90 - part.p10) / part.mean >= (whole.p90 - whole.p10) / whole.mean - 0.02


@given(spread=st.floats(0, 0.3), chances=st.lists(st.floats(0.01, 0.9), min_size=2, max_size=8))
def test_like_deals_with_more_time_bring_no_less(spread: float, chances: list[float]) -> None:
    ends = [foretold([(chance, 100.0)] * 30, spread) for chance in sorted(chances)]

    for earlier, later in pairwise(ends):
        assert later.p10 >= earlier.p10 - 1
        assert later.p50 >= earlier.p50 - 1


@given(given=st.lists(deals, min_size=2, max_size=6), spread=st.floats(0, 0.3))
def test_ranges_of_ever_later_ends_rise(given: list[list[Deal]], spread: float) -> None:
    ends = list(rising(foretold(each, spread) for each in given))

    for earlier, later in pairwise(ends):
        assert (later.p10, later.p50, later.p90) >= (earlier.p10, earlier.p50, earlier.p90)
        assert later.p90 >= earlier.p90


def test_nothing_expected_is_nothing() -> None:
    assert range_of(0, 0, 0.1) == Range(0, 0, 0, 0)
    assert range_of(1, 1, 0.1, none=1) == Range(1, 0, 0, 0)
