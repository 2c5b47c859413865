"""One set of outcomes, encoded once, and the models of different recipes fitted on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from typing import Any

import numpy as np
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from services.leads.scoring.learning.encoding import (
    OTHER,
    UNKNOWN,
    Column,
    Floats,
    Whole,
    design,
    ranks,
    weights,
    width,
)

_TREES, _DEPTH, _LEAF, _RATE = 150, 4, 20, 0.05
_SAMPLE, _MOST_IN_A_SAMPLE = 0.6, 12_000
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Recipe:
    """`penalty`: inverse strength of the L2 penalty; `trees`: whether half of the model are boosted trees."""

    penalty: float
    trees: bool


@dataclass(frozen=True)
class Fitting:
    """The columns of the outcomes and which of them were won."""

    columns: Sequence[Column]
    won: Whole

    @cached_property
    def _design(self) -> Floats:
        return design(self.columns)

    @cached_property
    def _trees(self) -> tuple[float, list[Any]]:
        """Log-odds to start from, and the trees as nested lists."""
        sample = min(_SAMPLE, _MOST_IN_A_SAMPLE / len(self.won))
        boosted = GradientBoostingClassifier(
            n_estimators=_TREES,
            max_depth=_DEPTH,
            min_samples_leaf=_LEAF,
            learning_rate=_RATE,
            subsample=sample,
            max_features=0.5,
            random_state=0,
        ).fit(ranks(self.columns), self.won)
        share = float(self.won.mean())
        return float(np.log(share / (1 - share))), [_nested(each[0].tree_, 0) for each in boosted.estimators_]

    def numbers(self, recipe: Recipe) -> dict[str, Any]:
        """Base, inputs and trees of the model, as JSON."""
        part = 0.5 if recipe.trees else 1.0
        if not self.columns:
            share = float(self.won.mean())
            return {"base": float(np.log(share / (1 - share))), "inputs": [], "trees": []}
        linear = LogisticRegression(C=recipe.penalty, max_iter=2000).fit(self._design, self.won)
        base = part * float(linear.intercept_[0])
        coefficients = iter(linear.coef_[0])
        inputs = []
        for column in self.columns:
            found = weights(column, list(islice(coefficients, width(column))))
            mean = sum(found[code] * column.counts[code][0] for code in found) / len(self.won)
            base += part * mean
            inputs.append(_input(column, {code: part * (each - mean) for code, each in found.items()}))
        start, trees = self._trees if recipe.trees else (0.0, [])
        return {
            "base": base + (1 - part) * start,
            "inputs": inputs,
            "trees": [_scaled(tree, (1 - part) * _RATE) for tree in trees],
        }


def _input(column: Column, found: dict[int, float]) -> dict[str, Any]:
    """The bins as JSON. An answer nobody gave weighs nothing and ranks in the middle."""
    middle = float(np.median(list(column.ranks.values())))

    def row(code: int) -> list[Any]:
        leads, won = column.counts.get(code, (0, 0))
        weight = round(found.get(code, 0.0), _DIGITS)
        return [column.label(code), weight, column.ranks.get(code, middle), leads, won]

    question = column.question
    return {
        "question": [question.of, question.view, question.argument],
        "edges": column.edges,
        "bins": [row(code) for code in range(len(column.labels))],
        "unknown": row(UNKNOWN),
        "other": row(OTHER),
    }


def _nested(tree: Any, node: int) -> Any:
    """A node of scikit-learn's tree as [question, threshold, mean, lower, upper], a leaf as its value."""
    if tree.children_left[node] < 0:
        return float(tree.value[node, 0, 0])
    lower = _nested(tree, tree.children_left[node])
    upper = _nested(tree, tree.children_right[node])
    leads = tree.weighted_n_node_samples
    left, right = leads[tree.children_left[node]], leads[tree.children_right[node]]
    mean = (left * _mean(lower) + right * _mean(upper)) / (left + right)
    return [int(tree.feature[node]), float(tree.threshold[node]), mean, lower, upper]


def _mean(node: Any) -> float:
    return float(node[2] if isinstance(node, list) else node)


def _scaled(node: Any, by: float) -> Any:
    if not isinstance(node, list):
        return round(node * by, _DIGITS)
    index, threshold, mean, lower, upper = node
    return [index, threshold, mean * by, _scaled(lower, by), _scaled(upper, by)]
