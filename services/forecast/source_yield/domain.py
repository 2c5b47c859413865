"""How leads of a source became revenue, month after month, and what that lets expect.

A lead is followed by whole months: in which it came, in which it stopped being an open lead (converted,
disqualified, won), in which it brought its first win. A month is a running number, `12 * year + month - 1`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

UNBORN = -1
"""The age of a lead that is still to come."""
LONGEST = 24
"""Months after which a lead is expected to bring nothing any more, and how far back is looked."""
PRIOR_WINS = 10
"""A source with so many wins of its own counts for half, the average of all sources for the other half."""
ARRIVAL_MONTHS = 6
FEWEST_WINS = 20
FEWEST_MONTHS = 3

Source = str | None


@dataclass(frozen=True, slots=True)
class Cohort:
    """Leads of one source and month with the same end. `valued` of them won with an `amount` in all."""

    source: Source
    born: int
    left: int | None
    won: int | None
    leads: int
    valued: int = 0
    amount: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Tally:
    """Of the leads open at an age, by lag: those that could win then, not having won before, and did."""

    leads: Mapping[int, int]
    wins: Mapping[int, int]

    def hazard(self, lag: int) -> float:
        """The share that wins at this lag of those that could."""
        return self.wins[lag] / self.leads[lag] if self.wins.get(lag) else 0.0


@dataclass(frozen=True)
class Life:
    """What the leads of one source, or of all, went through until `now`, a month that is not over."""

    cohorts: Sequence[Cohort]
    now: int
    _tallies: dict[int, Tally] = field(default_factory=dict)

    @cached_property
    def received(self) -> int:
        return sum(each.leads for each in self.cohorts)

    @cached_property
    def wins(self) -> int:
        return sum(each.leads for each in self.cohorts if each.won is not None)

    @cached_property
    def valued(self) -> int:
        return sum(each.valued for each in self.cohorts)

    @cached_property
    def amount(self) -> Decimal:
        return sum((each.amount for each in self.cohorts), Decimal(0))

    @cached_property
    def arrivals(self) -> float:
        """Leads of a month: the mean of the last six whole ones, or of those since the first lead."""
        months = min(ARRIVAL_MONTHS, self.months)
        recent = sum(each.leads for each in self.cohorts if self.now - months <= each.born < self.now)
        return recent / months if months else 0.0

    @cached_property
    def months(self) -> int:
        """Whole months since the first lead, at most as many as are looked at."""
        first = min((each.born for each in self.cohorts), default=self.now)
        return min(self.now - first, LONGEST)

    def tally(self, age: int) -> Tally:
        """What became, by lag, of leads that were open at the end of the month of this age."""
        if age not in self._tallies:
            self._tallies[age] = self._counted(age)
        return self._tallies[age]

    def _counted(self, age: int) -> Tally:
        opened: dict[int, int] = defaultdict(int)
        won: dict[tuple[int, int], int] = defaultdict(int)
        for each in self.cohorts:
            if age != UNBORN and each.left is not None and each.left <= each.born + age:
                continue
            opened[each.born] += each.leads
            if each.won is not None:
                won[each.born, each.won - each.born] += each.leads
        leads: dict[int, int] = defaultdict(int)
        wins: dict[int, int] = defaultdict(int)
        for born, still in opened.items():
            could_win = still
            for lag in range(age + 1, min(self.now - 1 - born, LONGEST) + 1):
                leads[lag] += could_win
                wins[lag] += won[born, lag]
                could_win -= won[born, lag]
        return Tally(leads, wins)


@dataclass(frozen=True, slots=True)
class Fractions:
    """How much of each month from now on lies in the period asked about; `rest`: what is left of this month,
    in the period or not."""

    of_period: Mapping[int, float]
    rest: float

    @property
    def last(self) -> int:
        return max(self.of_period, default=-1)


@dataclass(frozen=True)
class Expectation:
    """What leads of one source bring: its own past, drawn to that of all sources where it has few wins."""

    own: Life
    all: Life
    _rates: dict[int, list[float]] = field(default_factory=dict)

    @property
    def own_weight(self) -> float:
        """0: only what is known of all sources counts; 1: only its own past."""
        return self.own.wins / (self.own.wins + PRIOR_WINS)

    @cached_property
    def average_deal(self) -> Decimal:
        """What a won lead brings: as if ten more had won for the average of all."""
        mean = self.all.amount / self.all.valued if self.all.valued else Decimal(0)
        return (self.own.amount + PRIOR_WINS * mean) / (self.own.valued + PRIOR_WINS)

    def chance(self, age: int) -> float:
        """That a lead of this age ever wins."""
        return sum(self.rates(age))

    def rate(self, age: int, lag: int) -> float:
        """The chance that a lead open at this age wins in the month of this lag."""
        return self.rates(age)[lag] if lag <= LONGEST else 0.0

    def rates(self, age: int) -> list[float]:
        """By lag. As survival is estimated (product limit), so that young leads count as far as they got."""
        if age not in self._rates:
            self._rates[age] = self._estimated(age)
        return self._rates[age]

    def _estimated(self, age: int) -> list[float]:
        pooled, own = self.all.tally(age), self.own.tally(age)
        prior = PRIOR_WINS / (sum(_won_by_lag(pooled.hazard)) or 1.0)

        def drawn(lag: int) -> float:
            wins = own.wins.get(lag, 0) + prior * pooled.hazard(lag)
            return wins / (own.leads.get(lag, 0) + prior)

        return _won_by_lag(drawn)

    def of_open(self, born: int, fractions: Fractions) -> float:
        """Wins in the period of one lead that came in this month and is open now."""
        age = self.own.now - 1 - born
        return sum(
            self.rate(max(age, UNBORN), month - born) * share for month, share in fractions.of_period.items()
        )

    def of_arrivals(self, fractions: Fractions) -> float:
        """Wins in the period of one lead a month from now on."""
        wins = 0.0
        for born in range(self.own.now, fractions.last + 1):
            share = fractions.rest if born == self.own.now else 1.0
            wins += share * sum(
                self.rate(UNBORN, month - born) * part
                for month, part in fractions.of_period.items()
                if month >= born
            )
        return wins


def _won_by_lag(hazard: Callable[[int], float]) -> list[float]:
    """The chance to win at each lag, of those that have not won before."""
    rates, still = [], 1.0
    for lag in range(LONGEST + 1):
        rates.append(still * hazard(lag))
        still -= rates[-1]
    return rates


def expectations(cohorts: Iterable[Cohort], now: int) -> dict[Source, Expectation]:
    """One for each source, from the leads of the last two years."""
    recent = [each for each in cohorts if each.born >= now - LONGEST]
    by_source: dict[Source, list[Cohort]] = defaultdict(list)
    for each in recent:
        by_source[each.source].append(each)
    everything = Life(_merged(recent), now)
    return {source: Expectation(Life(own, now), everything) for source, own in by_source.items()}


def _merged(cohorts: Iterable[Cohort]) -> list[Cohort]:
    """Without telling sources apart."""
    merged: dict[tuple[int, int | None, int | None], Cohort] = {}
    for each in cohorts:
        key = (each.born, each.left, each.won)
        have = merged.get(key, Cohort(None, *key, leads=0))
        merged[key] = replace(
            have,
            leads=have.leads + each.leads,
            valued=have.valued + each.valued,
            amount=have.amount + each.amount,
        )
    return list(merged.values())


def is_enough(life: Life) -> bool:
    """Whether there is enough to expect anything: wins, and whole months with leads."""
    return life.wins >= FEWEST_WINS and life.months >= FEWEST_MONTHS


def as_known_before(cohorts: Iterable[Cohort], month: int) -> list[Cohort]:
    """The same leads as they were known when the month began."""
    return [_as_known(each, month) for each in cohorts if each.born < month]


def _as_known(each: Cohort, month: int) -> Cohort:
    left = None if each.left is None or each.left >= month else each.left
    if each.won is None or each.won < month:
        return replace(each, left=left)
    return replace(each, left=left, won=None, valued=0, amount=Decimal(0))


@dataclass(frozen=True, slots=True)
class Trial:
    """What was to be expected when a span of months began, and what leads open then or later brought."""

    begins: int
    expected: Decimal
    actual: Decimal


def trials_of(cohorts: Sequence[Cohort], *, now: int, months: int, most: int) -> list[Trial]:
    """Forecasts of past spans of so many whole months, each from what was known before it; the last first."""
    found = []
    for begins in range(now - months, now - months * (most + 1), -months):
        known = expectations(as_known_before(cohorts, begins), begins)
        if not known or not is_enough(next(iter(known.values())).all):
            break
        span = Fractions(dict.fromkeys(range(begins, begins + months), 1.0), 1.0)
        expected = sum((brings(each, span) for each in known.values()), Decimal(0))
        actual = sum((each.amount for each in cohorts if _won_in(each, begins, begins + months)), Decimal(0))
        found.append(Trial(begins, expected, actual))
    return found


def brings(expectation: Expectation, span: Fractions) -> Decimal:
    """The amount the source's open leads and those to come bring in the span."""
    wins = sum(
        each.leads * expectation.of_open(each.born, span)
        for each in expectation.own.cohorts
        if each.left is None
    )
    return worth(wins + expectation.own.arrivals * expectation.of_arrivals(span), expectation)


def worth(wins: float, expectation: Expectation) -> Decimal:
    """What so many wins of a source bring."""
    return Decimal(str(round(wins, 9))) * expectation.average_deal


def _won_in(each: Cohort, begins: int, ends: int) -> bool:
    """Won in the span by a lead that was open when it began, or came later."""
    was_open = each.left is None or each.left >= begins
    return each.won is not None and begins <= each.won < ends and was_open
