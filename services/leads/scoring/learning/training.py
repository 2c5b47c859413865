"""One training: measure on later outcomes what a model of the earlier ones is worth, then learn from all."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from services.leads.score_model.domain import Model, model_of
from services.leads.scoring.domain import TEST_SHARE, Outcome
from services.leads.scoring.learning import comparisons
from services.leads.scoring.learning.encoding import Floats
from services.leads.scoring.learning.figures import figures
from services.leads.scoring.learning.learner import calibrate, learn, raw_scores, won_of

_FEWEST = 40


def train(outcomes: Sequence[Outcome], present: Mapping[str, Any] | None) -> dict[str, Any]:
    """`model`: learned from all outcomes, oldest first. `figures`: measured on the later 30 %, with a model
    learned from the earlier 70 %. `rival`: the model in service (`present`) on the leads of that later part
    that came up after everything it has learned from; null when these are too few to compare."""
    border = int(len(outcomes) * (1 - TEST_SHARE))
    earlier, later = outcomes[:border], outcomes[border:]
    measured = _probabilities(model_of(0, learn(earlier)), later)
    won = won_of(later)
    base = comparisons.base_rate(earlier, later)
    others = {
        "naive_bayes": comparisons.naive_bayes(earlier, later),
        "plain_logistic": comparisons.plain_logistic(earlier, later),
    }
    return {
        "model": learn(outcomes),
        "figures": {
            **figures(measured, won),
            "baseline_brier": round(float(np.mean((base - won) ** 2)), 5),
            "compared_with": {name: _short(figures(each, won)) for name, each in others.items()},
        },
        "split": {
            "train_until": earlier[-1].created_at.isoformat(),
            "train_n": len(earlier),
            "test_n": len(later),
        },
        "learned_until": outcomes[-1].created_at.isoformat(),
        "rival": _rival(later, measured, present),
    }


def _probabilities(model: Model, outcomes: Sequence[Outcome]) -> Floats:
    return calibrate(raw_scores(model, outcomes), model.slope, model.shift)


def _short(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: found[name] for name in ("auc", "brier", "log_loss")}


def _rival(
    later: Sequence[Outcome], measured: Floats, present: Mapping[str, Any] | None
) -> dict[str, Any] | None:
    if present is None:
        return None
    unseen = np.array([each.created_at.isoformat() > present["learned_until"] for each in later])
    leads = [each for each, new in zip(later, unseen, strict=True) if new]
    won = won_of(leads)
    if len(leads) < _FEWEST or not 0 < won.sum() < len(won):
        return None
    theirs = _probabilities(model_of(0, present["model"]), leads)
    return {
        "leads": len(leads),
        "in_service": _short(figures(theirs, won)),
        "new": _short(figures(measured[unseen], won)),
    }
