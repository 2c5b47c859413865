"""The buying rhythm of regular customers, and what it lets expect.

A regular customer has bought on three days or more. Between purchases the time is taken as memoryless with a
mean of its own, drawn to that of all regulars; after a purchase a customer may have been lost, which is the
likelier the longer the silence in terms of the rhythm (as in BG/NBD: Fader, Hardie, Lee 2005).
Days are running numbers.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
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
class History:
    """An account's days of purchase in order; what it brought, and the squares of that, before each of them
    and after the last."""

    account_id: UUID
    days: Sequence[int]
    brought: Sequence[float]
    squares: Sequence[float]

    def before(self, day: int) -> int:
        """How many purchases there were before the day."""
        return bisect_left(self.days, day)

    def between(self, first: int, last: int) -> float:
        """What it brought from the one day on, before the other."""
        return self.brought[self.before(last)] - self.brought[self.before(first)]


@dataclass(frozen=True, slots=True)
class Regulars:
    """What is common to all regular customers on a day."""

    interval: float
    purchase: float
    purchase_square: float
    loss: float


@dataclass(frozen=True, slots=True)
class Rhythm:
    """A regular customer on a day. `days`: of its purchases. `interval`: drawn to all regulars; `median` and
    `spread` are its own. `alive`: the chance that it still buys."""

    account_id: UUID
    days: Sequence[int]
    interval: float
    silent: int
    alive: float
    purchase: float
    purchase_square: float

    @property
    def purchases(self) -> int:
        """Deals won on one day are one."""
        return len(self.days)

    @property
    def median(self) -> float:
        return median(self._gaps)

    @property
    def spread(self) -> float:
        """The median of how far its intervals lie from their median."""
        middle = self.median
        return median(abs(gap - middle) for gap in self._gaps)

    @property
    def _gaps(self) -> list[int]:
        return [later - earlier for earlier, later in pairwise(self.days)]

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
    return _rhythms(_histories(purchases), today)


def _histories(purchases: Purchases) -> list[History]:
    return [
        History(
            account,
            [day for day, _ in bought],
            list(accumulate((value for _, value in bought), initial=0.0)),
            list(accumulate((value * value for _, value in bought), initial=0.0)),
        )
        for account, bought in purchases.items()
        if len(bought) >= FEWEST_PURCHASES
    ]


def _rhythms(histories: Iterable[History], today: int) -> list[Rhythm]:
    regular = [(each, count) for each in histories if (count := each.before(today)) >= FEWEST_PURCHASES]
    if not regular:
        return []
    common = _common(regular, today)
    return [_rhythm(each, count, common, today) for each, count in regular]


def is_enough(found: Sequence[Rhythm]) -> bool:
    """Whether there are regulars enough to expect anything."""
    return len(found) >= FEWEST_CUSTOMERS


def trials_of(purchases: Purchases, *, today: int, days: int, most: int) -> list[Trial]:
    """Past spans back to back, the last first, each from what was bought before it."""
    trials, histories = [], _histories(purchases)
    by_account = {each.account_id: each for each in histories}
    for begins in range(today - days, today - days * (most + 1), -days):
        found = _rhythms(histories, begins)
        if not is_enough(found):
            break
        regulars = [by_account[each.account_id] for each in found]
        trials.append(
            Trial(
                begins,
                sum(each.amount(days) for each in found),
                sqrt(sum(each.variance(days) for each in found)),
                sum(each.between(begins, begins + days) for each in regulars),
                sum(each.between(begins - days, begins) for each in regulars),
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


def _common(regular: Sequence[tuple[History, int]], today: int) -> Regulars:
    spans = [each.days[count - 1] - each.days[0] for each, count in regular]
    purchases = sum(count for _, count in regular)
    intervals = purchases - len(regular)
    silent_too_long = sum(
        today - each.days[count - 1] > _LOST_AFTER * span / (count - 1)
        for (each, count), span in zip(regular, spans, strict=True)
    )
    return Regulars(
        interval=sum(spans) / intervals,
        purchase=sum(each.brought[count] for each, count in regular) / purchases,
        purchase_square=sum(each.squares[count] for each, count in regular) / purchases,
        loss=(silent_too_long + 1) / (intervals + len(regular) + 2),
    )


def _rhythm(history: History, count: int, common: Regulars, today: int) -> Rhythm:
    first, last = history.days[0], history.days[count - 1]
    interval = (last - first + PRIOR_INTERVALS * common.interval) / (count - 1 + PRIOR_INTERVALS)
    still = (1 - common.loss) * exp(-(today - last) / interval)
    weight = count + PRIOR_INTERVALS
    return Rhythm(
        account_id=history.account_id,
        days=history.days[:count],
        interval=interval,
        silent=today - last,
        alive=still / (still + common.loss),
        purchase=(history.brought[count] + PRIOR_INTERVALS * common.purchase) / weight,
        purchase_square=(history.squares[count] + PRIOR_INTERVALS * common.purchase_square) / weight,
    )
