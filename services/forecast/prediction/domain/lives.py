"""The lives of deals as columns: when each began and ended, and how; its worth; what it was like.

What is known on a day is what happened before it: `before` cuts everything, all that learns goes through it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from services.forecast.prediction.domain.days import NEVER

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Factor:
    """What deals differ in from their first day on.

    `levels`: each deal's place in `names`; the number of names where its value is one never seen.
    """

    names: tuple[str, ...]
    levels: Ints


@dataclass(frozen=True)
class Track:
    """What was stated over the lives: the place of the deal, the day, the value that held from then on.

    In the order of deals and days: `track` makes one of statements in any order.
    """

    deal: Ints
    day: Ints
    value: Floats
    names: tuple[str, ...] = ()

    @cached_property
    def until(self) -> Ints:
        """The day of the deal's next statement; NEVER of its last."""
        last = np.diff(self.deal, append=-1) != 0
        return np.where(last, NEVER, np.roll(self.day, -1))

    @cached_property
    def changes(self) -> "Track":
        """Without statements that repeat the value before."""
        new = np.ones(len(self.deal), bool)
        new[1:] = (np.diff(self.deal) != 0) | (np.diff(self.value) != 0)
        return self._kept(new)

    def before(self, day: int) -> "Track":
        """The statements known at the start of the day."""
        return self._kept(self.day < day)

    def holding(self, day: int) -> Ints:
        """The rows of the last statement of each deal known at the start of the day."""
        return np.flatnonzero((self.day < day) & (self.until >= day))

    def latest(self, deals: int, day: int = NEVER) -> tuple[Floats, Ints]:
        """For each deal the last value known at the start of the day (nan: none) and its day (0: none)."""
        value, since = np.full(deals, np.nan), np.zeros(deals, np.int64)
        rows = self.holding(day)
        value[self.deal[rows]] = self.value[rows]
        since[self.deal[rows]] = self.day[rows]
        return value, since

    def placed(self, places: Ints) -> "Track":
        """For deals that moved: `places` has the new place of each old one, -1 for those left out."""
        deal = places[self.deal]
        kept = self._kept(deal >= 0)
        return Track(deal[deal >= 0], kept.day, kept.value, self.names)

    def _kept(self, which: Flags) -> "Track":
        return (
            self if which.all() else Track(self.deal[which], self.day[which], self.value[which], self.names)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lives:
    """`closed` is NEVER while open; `amount` is what the win brought, nan where that is not known.

    `tracks`, each left out where it is not known from the time itself: `stage` (the place in its names),
    `amount` (before closing), `pushes` (so far), `activity` (one statement each), `account` (a number from 0
    on), `expected_close` (a day), `probability`.
    """

    created: Ints
    closed: Ints
    won: Flags
    amount: Floats
    factors: Mapping[str, Factor]
    tracks: Mapping[str, Track] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.created)

    def before(self, day: int) -> "Lives":
        """What was known at the start of the day: closings since are not, nor what they brought."""
        begun = self.created < day
        there = self if begun.all() else self.picked(np.flatnonzero(begun))
        ended = there.closed < day
        return replace(
            there,
            closed=np.where(ended, there.closed, NEVER),
            won=there.won & ended,
            amount=np.where(ended, there.amount, np.nan),
            tracks={name: each.before(day) for name, each in there.tracks.items()},
        )

    def picked(self, which: Ints) -> "Lives":
        """Those of these places, which ascend."""
        places = np.full(len(self), -1, np.int64)
        places[which] = np.arange(len(which))
        return Lives(
            created=self.created[which],
            closed=self.closed[which],
            won=self.won[which],
            amount=self.amount[which],
            factors={name: Factor(each.names, each.levels[which]) for name, each in self.factors.items()},
            tracks={name: each.placed(places) for name, each in self.tracks.items()},
        )

    def untracked(self) -> "Lives":
        """Without what was stated, which takes longest to pick."""
        return replace(self, tracks={})

    def open_at(self, day: int) -> Ints:
        """The places of the deals open at the start of the day."""
        return np.flatnonzero((self.created < day) & (self.closed >= day))

    def won_between(self, start: int, end: int) -> Flags:
        """Which were won from the day `start` to before the day `end`."""
        return self.won & (self.closed >= start) & (self.closed < end)

    @property
    def first_closing(self) -> int:
        """NEVER where nothing was closed."""
        return int(self.closed.min()) if len(self) else NEVER


def track(deal: Ints, day: Ints, value: Floats, names: tuple[str, ...] = ()) -> Track:
    """The statements in order."""
    order = np.lexsort((day, deal))
    return Track(deal[order], day[order], value[order], names)


def factor(values: Sequence[Any], names: Sequence[str] | None = None) -> Factor:
    """The values as levels of these names, or of those that occur. Any other value is one never seen."""
    known = tuple(sorted({str(each) for each in values})) if names is None else tuple(names)
    place = {name: number for number, name in enumerate(known)}
    return Factor(known, np.array([place.get(str(each), len(known)) for each in values], np.int64))
