"""Walking through the past: what would have been foretold then, from what was known then, and what came."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from services.forecast.prediction.domain.baselines import SPAN_OF, Span, is_known
from services.forecast.prediction.domain.blend import MODEL, Came, Part, Trial, Wins
from services.forecast.prediction.domain.calibration import calibrated
from services.forecast.prediction.domain.chances import Rows, chances
from services.forecast.prediction.domain.days import NEVER, month_start, month_starts
from services.forecast.prediction.domain.history import worth_since
from services.forecast.prediction.domain.lives import Factor, Flags, Floats, Ints, Lives
from services.forecast.prediction.domain.model import (
    Foretold,
    Model,
    foretell_coming,
    foretell_rows,
    learn,
    open_rows,
)
from services.forecast.prediction.domain.reliability import BINS, Bin
from services.forecast.prediction.domain.trials import ORIGINS

LONGEST = 3
WEIGHTED_PIPELINE = "weighted_pipeline"
LOG_SCALES = np.linspace(-1.2, 1.2, 7)
"""Rates of winning are tried at these, and what lies between is drawn straight."""


def spans_of_walk(since: int, day: int) -> list[tuple[int, int]]:
    """From each of the last months' starts with a month before it of which it is known what was won: one, two
    and three months that have ended by the day."""
    starts = month_starts(month_start(since, 1), day)[-ORIGINS:]
    ends = [[month_start(start, months) for months in range(1, LONGEST + 1)] for start in starts]
    return [(start, end) for start, each in zip(starts, ends, strict=True) for end in each if end <= day]


def walked(
    lives: Lives,
    start: int,
    ends: Sequence[int],
    groups: Mapping[str, Factor],
    *,
    earlier: Sequence[Trial] = (),
    worth_by: str | None = None,
    fiscal_year_start_month: int = 1,
) -> list[Trial]:
    """One trial for each of the ends (ascending); `groups`: the parts that are followed beside the whole.

    `earlier`: trials from earlier starts, of which those that had ended by this one calibrate the chances.
    """
    model = learn(lives, start, worth_by=worth_by, fiscal_year_start_month=fiscal_year_start_month)
    return trials_of(replace(model, calibration=calibrated(earlier, start)), lives, ends, groups)


def trials_of(model: Model, lives: Lives, ends: Sequence[int], groups: Mapping[str, Factor]) -> list[Trial]:
    """Of a model learned by the day from which the spans are."""
    there, known = np.flatnonzero(lives.created < model.day), lives.before(model.day)
    then = open_rows(model, known, model.day)
    open_deals = foretell_rows(model, known, then, ends)
    coming = foretell_coming(model, known, ends)
    open_deal, coming_deal = there[open_deals.deal], there[coming.deal]
    deal = np.concatenate([open_deal, coming_deal])
    opened = lives.untracked().picked(there[then.deal])
    came = _came(model, then.rows, opened, ends, int((known.closed < model.day).sum()))
    trials = []
    for place, end in enumerate(ends):
        mean, variance = moments(open_deals, coming, place)
        won = np.flatnonzero(lives.won_between(model.day, end))
        true = np.nan_to_num(lives.amount[won])
        wins = open_deals.wins[:, place], coming.wins[:, place]
        trials.append(
            Trial(
                start=model.day,
                end=end,
                true=float(true.sum()),
                came=came[place],
                foretold={MODEL: float(mean.sum()), **simple(known, (model.day, end))},
                variance=float(variance.sum()),
                bins=bins_of(wins[0], opened.won_between(model.day, end)),
                parts=tuple(
                    part
                    for name, each in groups.items()
                    for part in _parts(
                        name,
                        each,
                        mean=_by_level(each, deal, mean),
                        variance=_by_level(each, deal, variance),
                        true=_by_level(each, won, true),
                        deals=_by_level(each, open_deal, np.ones(len(open_deal))),
                        expected=_by_level(each, open_deal, wins[0]),
                        coming=_by_level(each, coming_deal, wins[1]),
                    )
                ),
                wins=Wins(len(open_deal), *(float(each.sum()) for each in wins)),
                win_size=_win_size(open_deals, coming, place),
            )
        )
    return trials


def _by_level(factor: Factor, deal: Ints, values: Floats) -> list[float]:
    found: list[float] = np.bincount(factor.levels[deal], values, len(factor.names)).tolist()
    return found


def _parts(group: str, factor: Factor, **columns: list[float]) -> Iterator[Part]:
    for name, mean, variance, true, deals, expected, coming in zip(
        factor.names, *columns.values(), strict=True
    ):
        yield Part(group, name, mean, variance, true, Wins(int(deals), expected, coming))


def _came(model: Model, rows: Rows, opened: Lives, ends: Sequence[int], closings: int) -> list[Came]:
    """By each end. `opened`: what became of the deals of the rows. No more than `LOG_SCALES` reaches, however
    few or many the wins."""
    tried = [chances(model.hazards, rows.won_faster(times), model.day, ends) for times in np.exp(LOG_SCALES)]
    wins, middle = np.stack([each.sum(axis=0) for each in tried]), len(tried) // 2
    slope = (wins[middle + 1] - wins[middle - 1]) / (LOG_SCALES[middle + 1] - LOG_SCALES[middle - 1])
    luck = (tried[middle] * (1 - tried[middle])).sum(axis=0)
    precision = np.divide(slope**2, luck, out=np.zeros(len(ends)), where=luck > 0)
    won = [opened.won_between(model.day, end).sum() for end in ends]
    return [
        Came(float(np.interp(each, wins[:, place], LOG_SCALES)), float(precision[place]), closings)
        for place, each in enumerate(won)
    ]


def bins_of(chance: Floats, won: Flags) -> tuple[Bin, ...]:
    """Ten of like width; those without deals too."""
    place = np.minimum((chance * BINS).astype(np.int64), BINS - 1)
    columns = (np.ones(len(chance)), chance, won, (chance - won) ** 2)
    sums = np.stack([np.bincount(place, each, BINS) for each in columns])
    return tuple(
        Bin(number / BINS, (number + 1) / BINS, int(deals), expected, int(wins), error)
        for number, (deals, expected, wins, error) in enumerate(sums.T.tolist())
    )


def moments(open_deals: Foretold, coming: Foretold, place: int) -> tuple[Floats, Floats]:
    """Mean and variance of what each brings by the day of that place: open deals first, then those to come.

    An open deal is won once or not; deals to come are a Poisson number.
    """
    mean = open_deals.wins[:, place] * open_deals.worth
    of_coming = coming.wins[:, place] * coming.worth
    variance = open_deals.wins[:, place] * open_deals.square - mean**2
    return (
        np.concatenate([mean, of_coming]),
        np.concatenate([variance, coming.wins[:, place] * coming.square]),
    )


def _win_size(open_deals: Foretold, coming: Foretold, place: int) -> float:
    """Of a unit of money won: the mean size of the win it is part of."""
    wins = np.concatenate([open_deals.wins[:, place], coming.wins[:, place]])
    mean, square = (
        float((wins * np.concatenate([getattr(open_deals, name), getattr(coming, name)])).sum())
        for name in ("worth", "square")
    )
    return square / mean if mean > 0 else 0.0


def simple(known: Lives, span: Span) -> dict[str, float]:
    """What each baseline says that there is enough past for, from what is known at the span's start."""
    since = worth_since(known)
    found = {
        name: float(np.nansum(known.amount[known.won_between(*span_of(span))]))
        for name, span_of in SPAN_OF.items()
        if is_known(name, span, since, span[0])
    }
    weighted = _weighted_pipeline(known, span)
    return found if weighted is None else {**found, WEIGHTED_PIPELINE: weighted}


def _weighted_pipeline(known: Lives, span: Span) -> float | None:
    """Amount x the stage's probability of the open deals that are expected to close in the span."""
    needed = ("amount", "probability", "expected_close")
    if not all(name in known.tracks for name in needed):
        return None
    amount, probability, close = (known.tracks[name].latest(len(known))[0] for name in needed)
    there = (known.closed == NEVER) & (close >= span[0]) & (close < span[1])
    return float(np.nansum((amount * probability)[there]))
