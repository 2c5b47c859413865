"""What was learned by a day, and what it foretells: open deals by their chances, and deals yet to be made."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from services.forecast.prediction.domain.calibration import Calibration
from services.forecast.prediction.domain.chances import Rows, chances
from services.forecast.prediction.domain.coming import LOOK_BACK, Creation, coming_wins, learn_creation
from services.forecast.prediction.domain.hazards import ALL_PARTS, Hazards, learn_hazards
from services.forecast.prediction.domain.lives import Floats, Ints, Lives
from services.forecast.prediction.domain.signs import Levels, levels_at
from services.forecast.prediction.domain.standing import Standing, learn_standing, learns_since
from services.forecast.prediction.domain.worth import Worth, learn_worth, worth_at


@dataclass(frozen=True, slots=True)
class Model:
    """Learned from what was known at the start of the `day`. `names`: the levels of each factor then.

    `calibration`: of the chances of open deals, from trials of the past; none unless it is put in.
    """

    day: int
    names: Mapping[str, tuple[str, ...]]
    hazards: Hazards
    standing: Standing
    worth: Worth
    creation: Creation
    calibration: Calibration = field(default_factory=Calibration)


@dataclass(frozen=True, slots=True)
class Foretold:
    """Of each deal: its place, the wins to expect before each of the days (an open deal's chance), and what a
    win brings (mean, and mean of the square)."""

    deal: Ints
    wins: Floats
    worth: Floats
    square: Floats


@dataclass(frozen=True, slots=True)
class OpenRows:
    """The deals open at the start of the day: places among those known then, rates before calibration."""

    day: int
    deal: Ints
    rows: Rows


def learn(
    lives: Lives,
    day: int,
    *,
    worth_by: str | None = None,
    fiscal_year_start_month: int = 1,
    parts: frozenset[str] = ALL_PARTS,
) -> Model:
    """From what was known at the start of the day; closings must be among it."""
    known = lives.before(day)
    hazards = learn_hazards(known, day, fiscal_year_start_month=fiscal_year_start_month, parts=parts)
    return Model(
        day=day,
        names={name: each.names for name, each in lives.factors.items()},
        hazards=hazards,
        standing=learn_standing(known, day, hazards),
        worth=learn_worth(known, worth_by, learns_since(day)),
        creation=learn_creation(known, day, fiscal_year_start_month=fiscal_year_start_month),
    )


def foretell_open(model: Model, lives: Lives, day: int, days: Sequence[int]) -> Foretold:
    """The deals open at the start of the day (the model's, or a later one), by what was known then."""
    there = np.flatnonzero(lives.created < day)
    known = lives.before(day)
    found = foretell_rows(model, known, open_rows(model, known, day), days)
    return replace(found, deal=there[found.deal])


def foretell_rows(model: Model, known: Lives, opened: OpenRows, days: Sequence[int]) -> Foretold:
    """The deals of `open_rows`."""
    worth, square = (each[opened.deal] for each in worth_at(model.worth, known, opened.day))
    calibrated = opened.rows.won_faster(model.calibration.scale)
    wins = chances(model.hazards, calibrated, opened.day, days)
    return Foretold(opened.deal, wins, worth, square)


def open_rows(model: Model, known: Lives, day: int) -> OpenRows:
    """From what was known at the start of the day."""
    places = known.open_at(day)
    won, lost = model.standing.scales(standing_at(model, known, places, day), len(places))
    picked = known.untracked().picked(places)
    rows = Rows(picked.created, won * model.hazards.won.of(picked), lost * model.hazards.lost.of(picked))
    return OpenRows(day, places, rows)


def standing_at(model: Model, known: Lives, places: Ints, day: int) -> Levels:
    """The levels of the signs that the model has learned about, of the deals of these places."""
    levels = levels_at(known, day, places, model.standing.amounts)
    return {sign: level for sign, level in levels.items() if sign in model.standing.names}


def foretell_coming(model: Model, lives: Lives, days: Sequence[int]) -> Foretold:
    """The deals made from the model's day on: for each deal made lately, those that will be like it."""
    there = np.flatnonzero(lives.created < model.day)
    known = lives.before(model.day)
    recent = np.flatnonzero(known.created >= model.day - LOOK_BACK)
    like = known.untracked().picked(recent)
    wins = coming_wins(model.hazards, model.creation, like, model.day, days)
    level = like.factors[model.worth.by].levels if model.worth.by else np.zeros(len(like), np.int64)
    return Foretold(there[recent], wins, model.worth.mean[level], model.worth.square[level])
