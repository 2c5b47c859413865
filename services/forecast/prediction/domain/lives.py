"""The lives of deals as columns: when each began and ended, and how; its worth; what it was like.

What is known on a day is what happened before it: `before` cuts everything, all that learns goes through it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
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


@dataclass(frozen=True, slots=True)
class Track:
    """What was stated over the lives: the place of the deal, the day, the value that held from then on.

    In the order of deals and days: `track` makes one of statements in any order.
    """

    deal: Ints
    day: Ints
    value: Floats
    names: tuple[str, ...] = ()

    def before(self, day: int) -> "Track":
        """The statements known at the start of the day."""
        return self._kept(self.day < day)

    def changes(self) -> "Track":
        """Without statements that repeat the value before."""
        new = np.ones(len(self.deal), bool)
        new[1:] = (np.diff(self.deal) != 0) | (np.diff(self.value) != 0)
        return self._kept(new)

    def latest(self, deals: int) -> tuple[Floats, Ints]:
        """For each deal the last value (nan: none) and its day (0: none)."""
        value, day = np.full(deals, np.nan), np.zeros(deals, np.int64)
        last = np.flatnonzero(np.diff(self.deal, append=-1) != 0)
        value[self.deal[last]] = self.value[last]
        day[self.deal[last]] = self.day[last]
        return value, day

    def placed(self, places: Ints) -> "Track":
        """For deals that moved: `places` has the new place of each old one, -1 for those left out."""
        there = places[self.deal] >= 0
        kept = self._kept(there)
        return replace(kept, deal=places[kept.deal])

    def _kept(self, which: Flags | Ints) -> "Track":
        return Track(self.deal[which], self.day[which], self.value[which], self.names)


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
        there = self.picked(np.flatnonzero(self.created < day))
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
