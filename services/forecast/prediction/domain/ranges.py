"""P10, P50 and P90 of what a part brings. Needs no numpy.

Each deal brings its amount or nothing; on top of that the whole is off by a common share. With the chance
that nothing at all is won, the sum is zero; else it has a mean and a variance and is taken for a gamma, whose
quantiles are those of Wilson and Hilferty (1931). Of one deal this is exact, of many the first part vanishes.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import NormalDist

SURE = 0.8
_NORMAL = NormalDist()
_SURELY = 1 - 1e-9


@dataclass(frozen=True, slots=True)
class Range:
    """The truth lies below `p10` one time in ten, above `p90` one time in ten."""

    mean: float
    p10: float
    p50: float
    p90: float

    def holds(self, true: float) -> bool:
        """Whether the 80 % range held what came."""
        return self.p10 <= true <= self.p90


def range_of(mean: float, variance: float, spread: float, *, none: float = 0.0) -> Range:
    """`variance`: of the deals' chances; `spread`: the standard deviation of the common error, as a share.

    `none`: the chance that nothing is won.
    """
    if mean <= 0 or none >= _SURELY:
        return Range(max(mean, 0.0), 0.0, 0.0, 0.0)
    of_some = mean / (1 - none)
    apart = max((variance + mean**2) / (1 - none) - of_some**2, 0.0) + (spread * of_some) ** 2
    low, middle, high = (
        _quantile((part - none) / (1 - none), of_some, apart)
        for part in ((1 - SURE) / 2, 0.5, (1 + SURE) / 2)
    )
    return Range(mean, low, middle, high)


def chance_of_none(deals: int, wins: float, coming: float) -> float:
    """That nothing is won, with so many `wins` to be expected of the open `deals`, and of those to come.

    Exact for one open deal or for deals alike, else somewhat too much (the product of 1 - chance is largest
    where all are alike). A number of deals to come is a Poisson number.
    """
    number = max(deals, 1)
    each = min(max(wins / number, 0.0), 1.0)
    return float((1 - each) ** number * math.exp(-max(coming, 0.0)))


def rising(ranges: Iterable[Range]) -> Iterator[Range]:
    """Of ever later ends: what was reached before is not lost, where the gamma would have it so."""
    low, middle, high = 0.0, 0.0, 0.0
    for each in ranges:
        low, middle, high = max(low, each.p10), max(middle, each.p50), max(high, each.p90)
        yield Range(each.mean, low, middle, high)


def _quantile(part: float, mean: float, variance: float) -> float:
    """Zero below the chance of nothing."""
    if part <= 0:
        return 0.0
    shape = mean**2 / max(variance, 1e-12 * mean**2)
    root = 1 - 1 / (9 * shape) + _NORMAL.inv_cdf(part) / (3 * math.sqrt(shape))
    return mean * max(root, 0.0) ** 3
