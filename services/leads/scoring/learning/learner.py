"""Fits a model: a logistic regression on bins, halved with boosted trees where these have shown to help.

Every choice is made inside the outcomes given, on their later part, never by shuffling.
"""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from scipy.optimize import minimize
from sklearn.metrics import log_loss

from services.leads.score_model.domain import Model, calibrated, model_of
from services.leads.scoring.domain import Outcome
from services.leads.scoring.learning.encoding import Floats, Whole, encode
from services.leads.scoring.learning.fitting import Fitting, Recipe

Numbers = dict[str, Any]

_RECIPES = tuple(Recipe(penalty, trees) for trees in (False, True) for penalty in (0.03, 0.1, 0.3))
_ENOUGH_FOR_TREES = 600
_CHOOSING_SHARE = 0.25
_HOLD = 10.0
_BEST_SHARES = (0.2, 0.5, 0.8)


def learn(outcomes: Sequence[Outcome]) -> Numbers:
    """The model of these outcomes, oldest first, as JSON: recipe and calibration are chosen by how a model of
    the earlier three quarters does on the later quarter."""
    border = int(len(outcomes) * (1 - _CHOOSING_SHARE))
    recipe, slope, shift = _chosen(outcomes[:border], outcomes[border:])
    numbers = _fitting(outcomes).numbers(recipe)
    numbers |= {"slope": slope, "shift": shift, "cuts": [], "recipe": asdict(recipe)}
    scores = calibrate(raw_scores(model_of(0, numbers), outcomes), slope, shift)
    best = [round(float(each), 5) for each in np.quantile(scores, np.linspace(1, 0, 101))]
    return numbers | {
        "cuts": [float(np.quantile(scores, 1 - share)) for share in _BEST_SHARES],
        "best_scores": best,
    }


def raw_scores(model: Model, outcomes: Sequence[Outcome]) -> Floats:
    """Log-odds before calibration, by the arithmetic that serves every score."""
    bins = ([each.bin_of(outcome.lead) for each in model.inputs] for outcome in outcomes)
    return np.array([model.raw(each) for each in bins])


def calibrate(raw: Floats, slope: float, shift: float) -> Floats:
    """Probabilities."""
    return np.array([calibrated(each, slope, shift) for each in raw])


def won_of(outcomes: Sequence[Outcome]) -> Whole:
    """1 for each won, 0 for each lost."""
    return np.array([outcome.won for outcome in outcomes], dtype=np.int64)


def _fitting(outcomes: Sequence[Outcome]) -> Fitting:
    won = won_of(outcomes)
    return Fitting(encode([outcome.lead for outcome in outcomes], won), won)


def _chosen(earlier: Sequence[Outcome], later: Sequence[Outcome]) -> tuple[Recipe, float, float]:
    """The recipe with the least log loss on the later part, and the calibration that part asks for."""
    won, fitting = won_of(later), _fitting(earlier)
    tried: list[tuple[float, Recipe, Floats]] = []
    for recipe in _RECIPES:
        if recipe.trees and len(earlier) < _ENOUGH_FOR_TREES:
            continue
        model = model_of(0, {**fitting.numbers(recipe), "slope": 1.0, "shift": 0.0, "cuts": []})
        raw = raw_scores(model, later)
        tried.append((float(log_loss(won, calibrate(raw, 1.0, 0.0), labels=[0, 1])), recipe, raw))
    _, recipe, raw = min(tried, key=lambda each: each[0])
    return recipe, *_platt(raw, won)


def _platt(raw: Floats, won: Whole) -> tuple[float, float]:
    """Slope and shift of the log-odds (Platt 1999), held towards 1 and 0 as if by ten further leads."""

    def loss(numbers: Floats) -> float:
        odds = numbers[0] * raw + numbers[1]
        misfit = float(np.logaddexp(0, odds).sum() - odds[won == 1].sum())
        return float(misfit + _HOLD * ((numbers[0] - 1) ** 2 + numbers[1] ** 2))

    slope, shift = minimize(loss, np.array([1.0, 0.0]), method="Nelder-Mead").x
    return max(float(slope), 0.05), float(shift)
