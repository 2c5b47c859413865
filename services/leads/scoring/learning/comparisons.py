"""What others do, on the same outcomes, to be published beside our own figures."""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MaxAbsScaler

from services.leads.score_model.question import Question
from services.leads.scoring.domain import Outcome
from services.leads.scoring.learning.encoding import Floats
from services.leads.scoring.learning.questions import candidates

_SMOOTHING = 0.1
_RARE = 10


def base_rate(earlier: Sequence[Outcome], later: Sequence[Outcome]) -> Floats:
    """Everybody gets the share of won leads."""
    return np.full(len(later), np.mean([outcome.won for outcome in earlier]))


def naive_bayes(earlier: Sequence[Outcome], later: Sequence[Outcome]) -> Floats:
    """As Odoo's predictive lead scoring counts: 0.1 + how many won and lost leads held each value; values not
    seen and fields not filled in are passed over; what comes out is kept from 0.0001 to 0.9999."""
    questions = _questions(earlier)
    counts: dict[Any, list[float]] = defaultdict(lambda: [_SMOOTHING, _SMOOTHING])
    totals: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for outcome in earlier:
        for pair in _held(questions, outcome):
            counts[pair][outcome.won] += 1
    for (name, _), held in counts.items():
        for won in (0, 1):
            totals[name][won] += held[won]
    prior = [sum(not outcome.won for outcome in earlier), sum(outcome.won for outcome in earlier)]

    def probability(outcome: Outcome) -> float:
        logs = [math.log(each) for each in prior]
        for name, value in _held(questions, outcome):
            if (name, value) in counts:
                for won in (0, 1):
                    logs[won] += math.log(counts[name, value][won] / totals[name][won])
        return float(1 / (1 + math.exp(max(min(logs[0] - logs[1], 500.0), -500.0))))

    return np.clip([probability(outcome) for outcome in later], 0.0001, 0.9999)


def plain_logistic(earlier: Sequence[Outcome], later: Sequence[Outcome]) -> Floats:
    """Logistic regression as it comes: every value a column, numbers as they are, scaled to 1."""
    questions = _questions(earlier)
    model = make_pipeline(DictVectorizer(), MaxAbsScaler(), LogisticRegression(max_iter=2000))
    model.fit([_row(questions, each) for each in earlier], [each.won for each in earlier])
    found: Floats = model.predict_proba([_row(questions, each) for each in later])[:, 1]
    return found


def _questions(outcomes: Sequence[Outcome]) -> list[Question]:
    return candidates([outcome.lead for outcome in outcomes], _RARE)


def _held(questions: Sequence[Question], outcome: Outcome) -> Iterator[tuple[str, Any]]:
    for question in questions:
        answer = question.ask(outcome.lead)
        if answer is not None:
            yield question.name, answer


def _row(questions: Sequence[Question], outcome: Outcome) -> dict[str, Any]:
    return dict(_held(questions, outcome))
