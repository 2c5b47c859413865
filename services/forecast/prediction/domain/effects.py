"""Why the chances of open deals are what they are: from the mean chance to each deal's, factor by factor.

First its age makes the mean chance that of a deal so old, then each factor in turn multiplies what is there,
and last what became of earlier chances: so the logarithms of the effects add up, from the mean chance to the
deal's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from services.forecast.prediction.domain.calibration import CALIBRATION
from services.forecast.prediction.domain.chances import AHEAD, Rows, chances
from services.forecast.prediction.domain.hazards import AGE, AGE_NAMES, BAND_OF, OLDEST
from services.forecast.prediction.domain.lives import Floats, Ints, Lives
from services.forecast.prediction.domain.model import Model, standing_at

COARSE = 31
LEAST = 1e-6


@dataclass(frozen=True, slots=True)
class Effects:
    """`base`: the mean chance to be won before the day `until`, were all open deals alike but for age.

    `deal`: places; `names`: of factors, in the order of the columns of `level` and of `log_effect`;
    `chance`: base x exp(sum of a row of `log_effect`).
    """

    base: float
    until: int
    deal: Ints
    names: tuple[str, ...]
    level: Ints
    log_effect: Floats
    chance: Floats


def effects_of(model: Model, lives: Lives, day: int, until: int, chance: Floats) -> Effects:
    """Of the deals open at the start of the day, by what was known then. `chance`: what `foretell_open` says
    of each until then."""
    there = np.flatnonzero(lives.created < day)
    known = lives.before(day)
    places = known.open_at(day)
    picked, standing = known.untracked().picked(places), standing_at(model, known, places, day)
    levels = {name: each.levels for name, each in picked.factors.items()} | dict(standing)
    if model.calibration.trials:
        levels[CALIBRATION] = np.zeros(len(places), np.int64)
    won, lost = np.ones((AHEAD, len(places))), np.ones((AHEAD, len(places)))
    steps = [_chance(model, Rows(picked.created, won, lost), day, until)]
    for name, level in levels.items():
        of_won, of_lost = _multipliers(model, name)
        won, lost = won * of_won[:, level], lost * of_lost[:, level]
        steps.append(_chance(model, Rows(picked.created, won, lost), day, until))
    exact = np.maximum(chance, LEAST)
    base = float(steps[0].mean()) if len(places) else 0.0
    logs = np.log(np.stack([np.full(len(places), max(base, LEAST)), *steps], axis=1))
    log_effect = np.diff(logs, axis=1)
    log_effect[:, 0] += np.log(exact) - logs[:, -1]
    age = BAND_OF[np.clip(day - picked.created, 0, OLDEST - 1)]
    return Effects(
        base=max(base, LEAST),
        until=until,
        deal=there[places],
        names=(AGE, *levels),
        level=np.stack([age, *levels.values()], axis=1),
        log_effect=log_effect,
        chance=exact,
    )


def behind(model: Model) -> dict[str, tuple[tuple[str, int], ...]]:
    """Of each factor, by level: its name and the closings that its effect was learned from."""
    names: Mapping[str, tuple[str, ...]] = {
        AGE: AGE_NAMES,
        **{name: (*each, "other") for name, each in model.names.items()},
        **model.standing.names,
    }
    closings = {**model.hazards.closings, **model.standing.closings}
    found = {
        name: tuple((level, int(count)) for level, count in zip(each, closings[name], strict=True))
        for name, each in names.items()
    }
    return {**found, CALIBRATION: ((model.calibration.level, model.calibration.wins),)}


def _multipliers(model: Model, name: str) -> tuple[Floats, Floats]:
    """Of each level, of winning and of losing: (AHEAD or 1, levels)."""
    if name == CALIBRATION:
        return np.full((1, 1), model.calibration.scale), np.ones((1, 1))
    if name in model.standing.names:
        return model.standing.won[name], model.standing.lost[name]
    return model.hazards.won.effects[name][None, :], model.hazards.lost.effects[name][None, :]


def _chance(model: Model, rows: Rows, day: int, until: int) -> Floats:
    answer: Floats = np.maximum(chances(model.hazards, rows, day, [until], fine=COARSE)[:, 0], LEAST)
    return answer
