"""Whether two groups differ, or whether the difference may be chance."""

from dataclasses import dataclass
from math import exp, lgamma, sqrt
from statistics import NormalDist
from typing import Literal

ENOUGH = 20
"""So many leads both groups need before anything is said."""
ALPHA = 0.05
_FEW = 5
_ROUNDING = 1e-7

Method = Literal["fisher_exact", "two_proportion_z"]
Verdict = Literal["matched_better", "matched_worse", "no_difference_shown", "insufficient_history"]


@dataclass(frozen=True, slots=True)
class Test:
    """`p_value`: how likely so great a difference is when there is none, two-sided."""

    method: Method
    p_value: float

    @property
    def significant(self) -> bool:
        """Less likely than one in twenty."""
        return self.p_value < ALPHA


def compare(hits: int, of: int, other_hits: int, of_others: int) -> Test:
    """Two shares. Fisher's exact test (R. A. Fisher, Statistical Methods for Research Workers, 1934) where an
    expected count is below 5, else the pooled two-proportion z-test (NIST/SEMATECH e-Handbook of Statistical
    Methods, 7.3.3)."""
    total, all_hits = of + of_others, hits + other_hits
    smallest = min(of, of_others) * min(all_hits, total - all_hits) / total if total else 0
    if smallest < _FEW:
        return Test("fisher_exact", _fisher(hits, of, other_hits, of_others))
    pooled = all_hits / total
    spread = sqrt(pooled * (1 - pooled) * (1 / of + 1 / of_others))
    z = abs(hits / of - other_hits / of_others) / spread
    return Test("two_proportion_z", 2 * (1 - NormalDist().cdf(z)))


def _fisher(hits: int, of: int, other_hits: int, of_others: int) -> float:
    """The probability of all tables with these margins that are no likelier than the one there is."""
    all_hits = hits + other_hits

    def likelihood(here: int) -> float:
        there = all_hits - here
        return exp(_choose(of, here) + _choose(of_others, there) - _choose(of + of_others, all_hits))

    possible = range(max(0, all_hits - of_others), min(of, all_hits) + 1)
    limit = likelihood(hits) * (1 + _ROUNDING)
    return min(1.0, sum(each for here in possible if (each := likelihood(here)) <= limit))


def _choose(of: int, some: int) -> float:
    """The logarithm of how many ways there are to choose."""
    return lgamma(of + 1) - lgamma(some + 1) - lgamma(of - some + 1)


def verdict(test: Test | None, difference: float | None, *, less_is_better: bool = False) -> Verdict:
    """What may be said. `difference`: matched less other."""
    if test is None or difference is None:
        return "insufficient_history"
    if not test.significant or difference == 0:
        return "no_difference_shown"
    return "matched_better" if (difference < 0) is less_is_better else "matched_worse"
