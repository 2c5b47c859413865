"""How good probabilities are, measured on outcomes the model has not seen."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from services.leads.scoring.learning.encoding import Floats, Whole

_BINS = 10


def figures(probabilities: Floats, won: Whole) -> dict[str, Any]:
    """AUC (null unless there are won and lost ones), Brier score, log loss, and the reliability table."""
    both = 0 < won.sum() < len(won)
    return {
        "auc": round(float(roc_auc_score(won, probabilities)), 5) if both else None,
        "brier": round(float(brier_score_loss(won, probabilities)), 5),
        "log_loss": round(float(log_loss(won, np.clip(probabilities, 1e-6, 1 - 1e-6), labels=[0, 1])), 5),
        "reliability": list(_reliability(probabilities, won)),
    }


def _reliability(probabilities: Floats, won: Whole) -> Iterator[dict[str, Any]]:
    """Ten bins of equal width; one without leads has null means."""
    place = np.minimum((probabilities * _BINS).astype(int), _BINS - 1)
    for each in range(_BINS):
        inside = place == each
        leads = int(inside.sum())
        yield {
            "from": each / _BINS,
            "to": (each + 1) / _BINS,
            "leads": leads,
            "predicted": round(float(probabilities[inside].mean()), 5) if leads else None,
            "observed": round(float(won[inside].mean()), 5) if leads else None,
        }
