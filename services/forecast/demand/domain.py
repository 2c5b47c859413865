"""Demand of a product: requests by month with their trend, beside what research says, and both combined.

The trend is the median of all slopes between two months (Theil, Sen), its interval that of Sen by Kendall's
variance: single wild months do not bend it. A month is a running number, `12 * year + month - 1`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt
from statistics import NormalDist, fmean, median

MOST_MONTHS = 24
FEWEST_MONTHS = 6
FEWEST_REQUESTS = 12
REPORT_MONTHS = 12
"""A market report weighs as much as so many whole months of requests."""
_Z80 = NormalDist().inv_cdf(0.9)


@dataclass(frozen=True, slots=True)
class Trend:
    """Requests a month, more or fewer each month, with an 80 % interval; `level` is that of month `since`."""

    slope: float
    low: float
    high: float
    level: float
    since: int

    def in_month(self, month: int) -> float:
        """Requests to be expected in the month; never below 0."""
        return max(0.0, self.level + self.slope * (month - self.since))

    @property
    def direction(self) -> str:
        """Only a trend whose interval leaves 0 out goes up or down."""
        return "rising" if self.low > 0 else "falling" if self.high < 0 else "steady"


def trend_of(counts: Mapping[int, int], now: int) -> Trend | None:
    """Of the whole months since the first request, at most 24; None below 6 months or 12 requests."""
    first = max(min(counts, default=now), now - MOST_MONTHS)
    months = range(first, now)
    values = [counts.get(month, 0) for month in months]
    if len(values) < FEWEST_MONTHS or sum(values) < FEWEST_REQUESTS:
        return None
    slopes = sorted(
        (later - earlier) / (month_later - month)
        for (month, earlier), (month_later, later) in combinations(zip(months, values, strict=True), 2)
    )
    slope = median(slopes)
    level = median(value - slope * (month - first) for month, value in zip(months, values, strict=True))
    low, high = _interval(slopes, len(values))
    return Trend(slope, low, high, level, first)


def _interval(slopes: Sequence[float], months: int) -> tuple[float, float]:
    """The slopes at the ranks that Kendall's variance gives."""
    reach = _Z80 * sqrt(months * (months - 1) * (2 * months + 5) / 18)
    lower = max(0, round((len(slopes) - reach) / 2) - 1)
    upper = min(len(slopes) - 1, round((len(slopes) + reach) / 2))
    return slopes[lower], slopes[upper]


def expected_requests(trend: Trend, shares: Mapping[int, float]) -> float:
    """In a period of which these shares of months are to be looked at."""
    return sum(trend.in_month(month) * share for month, share in shares.items())


@dataclass(frozen=True, slots=True)
class Combined:
    """Both expectations by their weights, which add up to 1; None where neither says anything."""

    need: float | None
    feedback_weight: float
    research_weight: float


def combined(feedback: float | None, months: int, research: Sequence[float]) -> Combined:
    """Requests weigh by their whole months, each report as twelve of them."""
    of_feedback = 0 if feedback is None else months
    of_research = REPORT_MONTHS * len(research)
    whole = of_feedback + of_research
    if not whole:
        return Combined(None, 0.0, 0.0)
    weight = of_feedback / whole
    told = fmean(research) if research else 0.0
    return Combined(weight * (feedback or 0.0) + (1 - weight) * told, weight, 1 - weight)
