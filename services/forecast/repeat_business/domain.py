"""The buying rhythm of regular customers, and what it lets expect.

A regular customer has bought on three days or more. Between purchases the time is taken as memoryless with a
mean of its own, drawn to that of all regulars; after a purchase a customer may have been lost, which is the
likelier the longer the silence in terms of the rhythm (as in BG/NBD: Fader, Hardie, Lee 2005).
Days are running numbers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import exp, sqrt
from statistics import NormalDist, median
from uuid import UUID

FEWEST_PURCHASES = 3
FEWEST_CUSTOMERS = 5
PRIOR_INTERVALS = 2
"""So many intervals of the average regular are added to those of each."""
LATE = 1.5
"""Overdue: silent for longer than so many median intervals."""
_LOST_AFTER = 4.0
_SURE = 1e-9
_FEWEST_TRIALS = 3
_P90 = NormalDist().inv_cdf(0.9)

Purchases = Mapping[UUID, Sequence[tuple[int, float]]]
"""By account the days of its purchases in order, and what each brought."""


@dataclass(frozen=True, slots=True)
class Regulars:
    """What is common to all regular customers on a day."""

    interval: float
    purchase: float
    purchase_square: float
    loss: float


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A regular customer on a day. `interval`: drawn to all regulars; `median` and `spread` are its own.
    `alive`: the chance that it still buys."""

    account_id: UUID
    purchases: int
    median: float
    spread: float
    interval: float
    silent: int
    alive: float
    purchase: float
    purchase_square: float

    @property
    def is_overdue(self) -> bool:
        return self.silent > LATE * self.median

    def count(self, days: int) -> float:
        """Purchases to be expected in so many days from now on."""
        return self.alive * days / self.interval

    def amount(self, days: int) -> float:
        """What they bring."""
        return self.count(days) * self.purchase

    def variance(self, days: int) -> float:
        """Of the amount: how many purchases, how large each, and whether the customer still buys."""
        count = days / self.interval
        return self.alive * count * self.purchase_square + (
            self.alive * (1 - self.alive) * (count * self.purchase) ** 2
        )


@dataclass(frozen=True, slots=True)
class Trial:
    """A past span as long as the one asked about: expected when it began, what the regulars of then brought,
    and what they had brought in the span before."""

    begins: int
    expected: float
    deviation: float
    actual: float
    before: float


def rhythms(purchases: Purchases, today: int) -> list[Rhythm]:
    """Of the customers that are regular by what was bought before `today`."""
    regular = {
        account: bought
        for account, days in purchases.items()
        if len(bought := [each for each in days if each[0] < today]) >= FEWEST_PURCHASES
    }
    if not regular:
        return []
    common = _common(regular, today)
    return [_rhythm(account, bought, common, today) for account, bought in regular.items()]


def is_enough(found: Sequence[Rhythm]) -> bool:
    """Whether there are regulars enough to expect anything."""
    return len(found) >= FEWEST_CUSTOMERS


def trials_of(purchases: Purchases, *, today: int, days: int, most: int) -> list[Trial]:
    """Past spans back to back, the last first, each from what was bought before it."""
    trials = []
    for begins in range(today - days, today - days * (most + 1), -days):
        found = rhythms(purchases, begins)
        if not is_enough(found):
            break
        accounts = {each.account_id for each in found}
        trials.append(
            Trial(
                begins,
                sum(each.amount(days) for each in found),
                sqrt(sum(each.variance(days) for each in found)),
                _brought(purchases, accounts, begins, begins + days),
                _brought(purchases, accounts, begins - days, begins),
            )
        )
    return trials


def widening(trials: Sequence[Trial]) -> float:
    """By how much a range must be wider than rhythms alone say, by how far past ones missed; at least 1."""
    if len(trials) < _FEWEST_TRIALS:
        return 1.0
    misses = [((each.actual - each.expected) / max(each.deviation, _SURE)) ** 2 for each in trials]
    return max(1.0, sqrt(sum(misses) / len(misses)))


def range_of(found: Sequence[Rhythm], days: int, wider: float) -> tuple[float, float, float]:
    """P10, P50 and P90 of what all regulars bring in so many days; never below 0."""
    mean = sum(each.amount(days) for each in found)
    deviation = wider * sqrt(sum(each.variance(days) for each in found))
    return max(0.0, mean - _P90 * deviation), mean, mean + _P90 * deviation


def _common(regular: Purchases, today: int) -> Regulars:
    intervals = sum(len(bought) - 1 for bought in regular.values())
    spans = sum(bought[-1][0] - bought[0][0] for bought in regular.values())
    values = [value for bought in regular.values() for _, value in bought]
    mean = spans / intervals
    silent_too_long = sum(
        today - bought[-1][0] > _LOST_AFTER * (bought[-1][0] - bought[0][0]) / (len(bought) - 1)
        for bought in regular.values()
    )
    return Regulars(
        interval=mean,
        purchase=sum(values) / len(values),
        purchase_square=sum(value * value for value in values) / len(values),
        loss=(silent_too_long + 1) / (intervals + len(regular) + 2),
    )


def _rhythm(account: UUID, bought: Sequence[tuple[int, float]], common: Regulars, today: int) -> Rhythm:
    days = [day for day, _ in bought]
    gaps = [later - earlier for earlier, later in pairwise(days)]
    interval = (days[-1] - days[0] + PRIOR_INTERVALS * common.interval) / (len(gaps) + PRIOR_INTERVALS)
    silent = today - days[-1]
    still = (1 - common.loss) * exp(-silent / interval)
    weight = len(bought) + PRIOR_INTERVALS
    values = [value for _, value in bought]
    return Rhythm(
        account_id=account,
        purchases=len(bought),
        median=median(gaps),
        spread=median(abs(gap - median(gaps)) for gap in gaps),
        interval=interval,
        silent=silent,
        alive=still / (still + common.loss),
        purchase=(sum(values) + PRIOR_INTERVALS * common.purchase) / weight,
        purchase_square=(sum(v * v for v in values) + PRIOR_INTERVALS * common.purchase_square) / weight,
    )


def _brought(purchases: Purchases, accounts: set[UUID], begins: int, ends: int) -> float:
    return sum(value for account in accounts for day, value in purchases[account] if begins <= day < ends)
