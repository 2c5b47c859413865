"""Learners that nobody could explain a score of: what they reach is what the columns hold."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction import DictVectorizer
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline

from services.leads.scoring.domain import Outcome
from services.leads.scoring.learning.learner import won_of
from services.leads.scoring.learning.questions import candidates

Floats = NDArray[np.float64]
_RARE = 10
_FOLDS = 5


def gradient_boosting(earlier: Sequence[Outcome], later: Sequence[Outcome]) -> Floats:
    """Boosted trees on every answer as it is."""
    model = _model().fit(_rows(earlier, earlier), won_of(earlier))
    found: Floats = model.predict_proba(_rows(earlier, later))[:, 1]
    return found


def having_seen_all(outcomes: Sequence[Outcome], share: float) -> Floats:
    """The same for the later `share` of the outcomes, each by a model that has learned from four fifths of
    all, later ones too: more than anybody who looks ahead can know."""
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=0)
    rows, won = _rows(outcomes, outcomes), won_of(outcomes)
    found = cross_val_predict(_model(), rows, won, cv=folds, method="predict_proba")
    later: Floats = found[int(round(1 - share, 6) * len(outcomes)) :, 1]
    return later


def _model() -> Pipeline:
    boosted = HistGradientBoostingClassifier(
        max_iter=150, learning_rate=0.05, max_leaf_nodes=15, min_samples_leaf=20, random_state=0
    )
    return make_pipeline(DictVectorizer(sparse=False), boosted)


def _rows(known: Sequence[Outcome], asked: Sequence[Outcome]) -> list[dict[str, str | float]]:
    questions = candidates([outcome.lead for outcome in known], _RARE)
    return [
        {each.name: answer for each in questions if (answer := each.ask(outcome.lead)) is not None}
        for outcome in asked
    ]
