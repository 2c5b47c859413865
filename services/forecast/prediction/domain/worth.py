"""What a win brings: the amount known before, by what such amounts came to; else the mean of its kind."""

from dataclasses import dataclass

import numpy as np

from services.forecast.prediction.domain.lives import Floats, Ints, Lives

THIN = 3.0


@dataclass(frozen=True, slots=True)
class Worth:
    """By level of the factor `by` and, last, one never seen: mean, and mean of the square.

    `realised`: what a unit of an amount known before came to, and the mean of its square.
    """

    by: str | None
    mean: Floats
    square: Floats
    realised: float
    realised_square: float


def learn_worth(known: Lives, by: str | None, since: int) -> Worth:
    """Of each level, drawn to the whole where few of it were won; zero where nothing was won at all. What
    amounts came to: of deals closed since that day."""
    priced = np.flatnonzero(known.won & np.isfinite(known.amount))
    amount = known.amount[priced]
    level = known.factors[by].levels[priced] if by else np.zeros(len(priced), np.int64)
    levels = len(known.factors[by].names) + 1 if by else 1
    stated = _stated_before_closing(known, since)[priced]
    share = amount[stated > 0] / stated[stated > 0]
    return Worth(
        by=by,
        mean=_drawn(amount, level, levels),
        square=_drawn(amount**2, level, levels),
        realised=float((share.sum() + THIN) / (len(share) + THIN)),
        realised_square=float(((share**2).sum() + THIN) / (len(share) + THIN)),
    )


def worth_at(worth: Worth, lives: Lives, day: int) -> tuple[Floats, Floats]:
    """Of each deal's win: the mean and the mean of the square, by what was known at the start of the day."""
    level = lives.factors[worth.by].levels if worth.by else np.zeros(len(lives), np.int64)
    mean, square = worth.mean[level], worth.square[level]
    if "amount" not in lives.tracks:
        return mean, square
    stated, _ = lives.tracks["amount"].latest(len(lives), day)
    there = np.isfinite(stated)
    return (
        np.where(there, stated * worth.realised, mean),
        np.where(there, stated**2 * worth.realised_square, square),
    )


def _stated_before_closing(known: Lives, since: int) -> Floats:
    """The last amount known before the day of the closing; nan where there was none, or too long ago."""
    if "amount" not in known.tracks:
        return np.full(len(known), np.nan)
    stated, closed = known.tracks["amount"], known.closed[known.tracks["amount"].deal]
    last = (stated.day < closed) & (stated.until >= closed) & (closed >= since)
    values = np.full(len(known), np.nan)
    values[stated.deal[last]] = stated.value[last]
    return values


def _drawn(values: Floats, level: Ints, levels: int) -> Floats:
    if not len(values):
        return np.zeros(levels)
    count = np.bincount(level, minlength=levels)
    answer: Floats = (np.bincount(level, values, levels) + THIN * values.mean()) / (count + THIN)
    return answer
