"""What the signs of how a deal stands multiply its rates by, in the first, second and later 30 days.

Learned at the months' starts of the past year: what closed since, against what the rates of `hazards` alone
would have had close (the offset), drawn towards 1 where the evidence is thin.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from services.forecast.prediction.domain.chances import AHEAD, STEP
from services.forecast.prediction.domain.days import month_of_quarter, month_start, month_starts
from services.forecast.prediction.domain.hazards import HALF_LIFE, OLDEST, Hazards, drawn, sums
from services.forecast.prediction.domain.lives import Floats, Ints, Lives
from services.forecast.prediction.domain.signs import Levels, bands_of_amount, levels_at, names_of

LANDMARKS = 12
LONGEST = 4 * STEP
ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Standing:
    """`names` of each sign's levels; what these multiply the rates by: (AHEAD, levels).

    `closings`: those in the first 30 days, by level. `amounts`: where one band ends and the next begins.
    """

    names: Mapping[str, tuple[str, ...]]
    won: Mapping[str, Floats]
    lost: Mapping[str, Floats]
    closings: Mapping[str, Ints]
    amounts: tuple[float, ...]

    def scales(self, levels: Levels, deals: int) -> tuple[Floats, Floats]:
        """What multiplies the rates of winning and of losing: (AHEAD, deals) each."""
        won, lost = np.ones((AHEAD, deals)), np.ones((AHEAD, deals))
        for sign, level in levels.items():
            won *= self.won[sign][:, level]
            lost *= self.lost[sign][:, level]
        return won, lost


@dataclass(frozen=True, slots=True)
class _Landmark:
    """A month's start: the deals open then, how they stood, and the stretches of days that followed."""

    start: int
    places: Ints
    levels: Levels
    stretches: list[tuple[int, int, int]]
    weight: float


def learns_since(day: int) -> int:
    """The first landmark: of deals closed before it, how they stood while open teaches nothing."""
    return month_start(day, -LANDMARKS)


def learn_standing(known: Lives, day: int, hazards: Hazards) -> Standing:
    """From the landmarks of the past year."""
    amounts = bands_of_amount(known, learns_since(day))
    names = names_of(known, amounts)
    first = max(known.first_closing, learns_since(day))
    landmarks = [
        _landmark(known, start, day, amounts) for start in (month_starts(first, day) if names else [])
    ]
    return Standing(
        names=names,
        won=_fit(names, landmarks, *_passed(known, landmarks, hazards, won=True)),
        lost=_fit(names, landmarks, *_passed(known, landmarks, hazards, won=False)),
        closings={sign: _closings(known, landmarks, sign, len(each)) for sign, each in names.items()},
        amounts=amounts,
    )


def _landmark(known: Lives, start: int, day: int, amounts: tuple[float, ...]) -> _Landmark:
    places = known.open_at(start)
    levels = levels_at(known, start, places, amounts)
    return _Landmark(start, places, levels, _stretches(start, day), 0.5 ** ((day - start) / HALF_LIFE))


def _passed(
    known: Lives, landmarks: Sequence[_Landmark], hazards: Hazards, *, won: bool
) -> tuple[Floats, Floats]:
    """Closings of that kind to be expected by the rates alone, and seen: (AHEAD, deals of all landmarks)."""
    risk = hazards.won if won else hazards.lost
    accrued, scale = risk.accrued(), risk.of(known)
    expected, seen = [np.zeros((AHEAD, 0))], [np.zeros((AHEAD, 0))]
    for each in landmarks:
        created, closed = known.created[each.places], known.closed[each.places]
        ended_so = known.won[each.places] == won
        through, ended = np.zeros((2, AHEAD, len(each.places)))
        for low, high, ahead in each.stretches:
            rates = accrued[month_of_quarter(low, hazards.fiscal_year_start_month)]
            until = np.clip(closed + 1, low, high)
            through[ahead] += rates[np.minimum(until - created, OLDEST)]
            through[ahead] -= rates[np.minimum(low - created, OLDEST)]
            ended[ahead] += (closed >= low) & (closed < high) & ended_so
        expected.append(each.weight * through * scale[each.places])
        seen.append(each.weight * ended)
    return np.concatenate(expected, axis=1), np.concatenate(seen, axis=1)


def _closings(known: Lives, landmarks: Sequence[_Landmark], sign: str, levels: int) -> Ints:
    """By the level at the last landmark before."""
    count = np.zeros(levels, np.int64)
    for each in landmarks:
        ended = known.closed[each.places] < each.start + STEP
        count += np.bincount(each.levels[sign][ended], minlength=levels)
    return count


def _stretches(start: int, day: int) -> list[tuple[int, int, int]]:
    """Of 30 days from the start, the last one longer, cut where months begin: from, until before, which."""
    end = min(start + LONGEST, day)
    cuts = {start, end, *month_starts(start, end), *(start + STEP * number for number in range(1, AHEAD))}
    borders = sorted(each for each in cuts if each <= end)
    return [(low, high, min((low - start) // STEP, AHEAD - 1)) for low, high in pairwise(borders)]


def _kinds(
    names: Mapping[str, tuple[str, ...]], landmarks: Sequence[_Landmark]
) -> tuple[dict[str, Ints], Ints]:
    """Deals of the same levels are alike: the levels of each kind, and the kind of each deal."""
    sizes = [len(each) for each in names.values()]
    levels = [np.concatenate([each.levels[sign] for each in landmarks]) for sign in names]
    flat = np.ravel_multi_index(levels, sizes)
    there = np.bincount(flat, minlength=math.prod(sizes)) > 0
    kind = np.cumsum(there)[flat] - 1
    return dict(zip(names, np.unravel_index(np.flatnonzero(there), sizes), strict=True)), kind


def _fit(
    names: Mapping[str, tuple[str, ...]], landmarks: Sequence[_Landmark], expected: Floats, closings: Floats
) -> dict[str, Floats]:
    """The effects of each sign, in turn made to agree with what was seen: (AHEAD, levels)."""
    effects = {sign: np.ones((AHEAD, len(each))) for sign, each in names.items()}
    if not landmarks:
        return effects
    levels, kind = _kinds(names, landmarks)
    kinds = len(next(iter(levels.values())))
    expected, closings = (
        np.stack([sums(kind, each, kinds) for each in columns]) for columns in (expected, closings)
    )
    for ahead in range(AHEAD):
        seen = {sign: sums(level, closings[ahead], len(names[sign])) for sign, level in levels.items()}
        scaled = expected[ahead].copy()
        for _ in range(ROUNDS):
            for sign, level in levels.items():
                scaled /= effects[sign][ahead][level]
                effects[sign][ahead] = drawn(seen[sign], sums(level, scaled, len(names[sign])))
                scaled *= effects[sign][ahead][level]
    return effects
