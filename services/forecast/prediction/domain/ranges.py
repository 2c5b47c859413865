"""P10, P50 and P90 of what a part brings. Needs no numpy.

Each deal brings its amount or nothing; on top of that the whole is off by a common share. So the sum has a
mean and a variance and, never being negative, is taken for a gamma, whose quantiles are those of Wilson and
Hilferty (1931).
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

SURE = 0.8
_Z = NormalDist().inv_cdf((1 + SURE) / 2)


@dataclass(frozen=True, slots=True)
class Range:
    """The truth lies below `p10` one time in ten, above `p90` one time in ten."""

    mean: float
    p10: float
    p50: float
    p90: float


def range_of(mean: float, variance: float, spread: float) -> Range:
    """`variance`: of the deals' chances; `spread`: the standard deviation of the common error, as a share."""
    if mean <= 0:
        return Range(0.0, 0.0, 0.0, 0.0)
    shape = mean**2 / max(variance + (spread * mean) ** 2, 1e-12 * mean**2)
    p10, p50, p90 = (_quantile(mean, shape, z) for z in (-_Z, 0.0, _Z))
    return Range(mean, p10, p50, p90)


def _quantile(mean: float, shape: float, z: float) -> float:
    root = 1 - 1 / (9 * shape) + z / (3 * math.sqrt(shape))
    return mean * max(root, 0.0) ** 3
