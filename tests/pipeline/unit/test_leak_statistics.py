"""The statistics of leaks, against what they are by definition."""

from fractions import Fraction
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pipeline.leak.domain.statistics import (
    chance_of_more,
    difference_interval,
    q_values,
    turn_for_the_worse,
)

COUNTS = st.integers(0, 80).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


def by_counting(bad: int, of: int, reference_bad: int, reference_of: int) -> Fraction:
    """The same, every way counted."""
    all_bad, everything = bad + reference_bad, of + reference_of
    ways = [
        comb(all_bad, some) * comb(everything - all_bad, of - some)
        for some in range(bad, min(of, all_bad) + 1)
    ]
    return Fraction(sum(ways), comb(everything, of))


@given(COUNTS, COUNTS)
def test_the_chance_is_that_of_every_way_counted(now: tuple[int, int], reference: tuple[int, int]) -> None:
    exact = by_counting(*now, *reference)

    assert chance_of_more(*now, *reference) == pytest.approx(float(exact), rel=1e-9, abs=1e-12)


def test_a_chance_too_small_to_write_down_is_nought_and_no_error() -> None:
    assert chance_of_more(50_000, 50_000, 0, 50_000) == 0.0
    assert chance_of_more(0, 50_000, 50_000, 50_000) == 1.0


def test_q_values_are_those_of_the_published_example() -> None:
    published = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262]
    published += [0.5719, 0.6528, 0.7590, 1.0]

    found = q_values(published)

    assert sum(q <= 0.05 for q in found) == 4
    assert found[3] == pytest.approx(0.0095 * 15 / 4)


@given(st.lists(st.floats(0, 1), max_size=30))
def test_q_values_keep_the_order_and_are_no_smaller(p_values: list[float]) -> None:
    found = q_values(p_values)

    assert all(q >= p * (1 - 1e-12) for p, q in zip(p_values, found, strict=True))
    pairs = sorted(zip(p_values, found, strict=True))
    assert [q for _, q in pairs] == sorted(found)


def test_the_interval_is_that_of_the_published_example() -> None:
    low, high = difference_interval(56, 70, 48, 80)

    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)


def test_the_turn_is_the_first_of_the_worse_months() -> None:
    months = [(2, 20), (3, 20), (1, 20), (2, 20), (9, 20), (7, 20), (8, 20)]

    assert turn_for_the_worse(months) == 4


def test_months_that_grow_better_have_no_turn() -> None:
    assert turn_for_the_worse([(9, 20), (5, 20), (2, 20)]) is None
    assert turn_for_the_worse([]) is None
