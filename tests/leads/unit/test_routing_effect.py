"""Chance is not called an effect."""

from decimal import Decimal
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from services.leads.deployment.domain import Limits, Workload
from services.leads.routing_effect.domain import compare, verdict

COUNTS = st.integers(1, 60).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))


@given(COUNTS, COUNTS)
def test_small_groups_are_compared_exactly(here: tuple[int, int], there: tuple[int, int]) -> None:
    test = compare(*here, *there)

    if test.method == "fisher_exact":
        table = [[here[0], here[1] - here[0]], [there[0], there[1] - there[0]]]
        assert test.p_value == pytest.approx(fisher_exact(table).pvalue, abs=1e-6)
    assert 0 <= test.p_value <= 1


def test_large_groups_are_compared_by_z() -> None:
    test = compare(60, 200, 40, 200)

    assert (test.method, round(test.p_value, 4), test.significant) == ("two_proportion_z", 0.0209, True)


def test_equal_shares_are_no_effect() -> None:
    assert [compare(hits, 20, hits, 20).significant for hits in range(21)] == [False] * 21


@pytest.mark.parametrize(
    ("difference", "less_is_better", "said"),
    [
        (0.1, False, "matched_better"),
        (-0.1, False, "matched_worse"),
        (-30.0, True, "matched_better"),
        (30.0, True, "matched_worse"),
        (0.0, True, "no_difference_shown"),
    ],
)
def test_what_may_be_said_of_a_difference(difference: float, less_is_better: bool, said: str) -> None:
    assert verdict(compare(90, 100, 10, 100), difference, less_is_better=less_is_better) == said


def test_nothing_is_said_of_too_few_and_nothing_of_chance() -> None:
    assert verdict(None, None) == "insufficient_history"
    assert verdict(compare(11, 20, 9, 20), 0.1) == "no_difference_shown"


def test_use_of_a_capacity_is_judged_by_limits() -> None:
    limits = Limits()

    said = {
        (leads, capacity): Workload(leads, capacity).use(limits)
        for leads, capacity in product((0, 4, 5, 10, 11), (0, 10, None))
    }

    assert [said[leads, 10] for leads in (0, 4, 5, 10, 11)] == ["under", "under", "within", "within", "over"]
    assert (said[0, 0], said[4, 0], said[4, None]) == ("within", "over", "unknown")
    assert [Workload(5, each).share for each in (10, None, 0)] == [Decimal("0.5"), None, None]
