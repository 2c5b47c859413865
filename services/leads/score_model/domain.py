"""A model as plain numbers. The same arithmetic serves every score, every reason and every published figure.

probability = 1 / (1 + exp(-(slope x (base + sum of the contributions) + shift))); slope and shift are the
calibration (Platt 1999). A contribution is the weight of the lead's bin (L2 logistic regression) plus what
the splits on this question change along its path through the trees (gradient boosting; Saabas 2014), so the
contributions of one lead add up to its score exactly.
"""

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from services.leads.score_model.question import Answer, Known, Question, as_text

GRADES = ("A", "B", "C", "D")
_STEP = Decimal("0.00001")
_LEAST, _MOST = 0.00001, 0.99999

Tree = tuple[int, float, float, Any, Any] | float
"""(index of the question, threshold, mean below here, tree up to the threshold, tree above it), or a leaf."""


@dataclass(frozen=True, slots=True)
class Bin:
    """One answer: what it is, what it weighs, how many leads learned from gave it, how many were won."""

    answer: str
    weight: float
    rank: float
    leads: int
    won: int


@dataclass(frozen=True, slots=True)
class Input:
    """A question and its bins. `edges`: upper ends of the bins of a number; `unknown`: not answered;
    `other`: an answer that was too rare to learn from, or never seen."""

    question: Question
    edges: tuple[float, ...] | None
    bins: Mapping[Any, Bin]
    unknown: Bin
    other: Bin

    def bin_of(self, lead: Known) -> Bin:
        """Where this lead's answer belongs."""
        answer: Answer = self.question.ask(lead)
        if answer is None:
            return self.unknown
        if self.edges is not None:
            return self.bins.get(bisect_left(self.edges, answer), self.other)
        return self.bins.get(answer, self.other)


@dataclass(frozen=True, slots=True)
class Contribution:
    """One reason: `log_odds` above 0 speaks for the lead. `leads` of the training gave this answer, `won` of
    them were won."""

    question: Question
    answer: str
    log_odds: float
    leads: int
    won: int

    @property
    def words(self) -> str:
        """A sentence for people."""
        return f"{self.question.label}: {self.answer}"


@dataclass(frozen=True, slots=True)
class Model:
    """`cuts`: the least probabilities of grades A, B and C. Below the last it is D. `best_scores`: of the
    outcomes learned from, the best score, then what the best hundredth has at least, and so on."""

    version: int
    base: float
    slope: float
    shift: float
    cuts: tuple[float, ...]
    inputs: tuple[Input, ...]
    trees: tuple[Tree, ...] = ()
    best_scores: tuple[float, ...] = ()

    def raw(self, bins: Sequence[Bin]) -> float:
        """Log-odds before calibration, of a lead in these bins."""
        total = self.base
        for each in bins:
            total += each.weight
        ranks = [each.rank for each in bins]
        for tree in self.trees:
            node: Any = tree
            while node.__class__ is tuple:
                node = node[3] if ranks[node[0]] <= node[1] else node[4]
            total += node
        return total

    def probability(self, lead: Known) -> Decimal:
        """Of becoming a customer: 0.00001 to 0.99999, with five digits."""
        raw = self.raw([each.bin_of(lead) for each in self.inputs])
        return Decimal(calibrated(raw, self.slope, self.shift)).quantize(_STEP)

    def grade(self, probability: Decimal) -> str:
        """By the cuts: A to C, D for the rest."""
        for grade, cut in zip(GRADES, self.cuts, strict=False):
            if probability >= cut:
                return grade
        return GRADES[-1]

    def contributions(self, lead: Known) -> list[Contribution]:
        """What each question adds, after calibration, the weightiest first."""
        bins = [each.bin_of(lead) for each in self.inputs]
        added = [each.weight for each in bins]
        for tree in self.trees:
            node: Any = tree
            while node.__class__ is tuple:
                below = node[3] if bins[node[0]].rank <= node[1] else node[4]
                added[node[0]] += (below[2] if below.__class__ is tuple else below) - node[2]
                node = below
        found = [
            Contribution(each.question, bin.answer, self.slope * weight, bin.leads, bin.won)
            for each, bin, weight in zip(self.inputs, bins, added, strict=True)
        ]
        return sorted(found, key=lambda reason: -abs(reason.log_odds))

    @property
    def average(self) -> float:
        """The calibrated log-odds every lead starts from; contributions are added to it."""
        means = sum(tree[2] if isinstance(tree, tuple) else tree for tree in self.trees)
        return self.slope * (self.base + means) + self.shift


def calibrated(raw: float, slope: float, shift: float) -> float:
    """The probability of raw log-odds; never quite 0 or 1, which only outcomes are."""
    return min(max(1 / (1 + math.exp(-max(min(slope * raw + shift, 500.0), -500.0))), _LEAST), _MOST)


def model_of(version: int, numbers: Mapping[str, Any]) -> Model:
    """The model from the JSON it is kept as."""
    return Model(
        version=version,
        base=numbers["base"],
        slope=numbers["slope"],
        shift=numbers["shift"],
        cuts=tuple(numbers["cuts"]),
        inputs=tuple(_input(each) for each in numbers["inputs"]),
        trees=tuple(_tree(each) for each in numbers["trees"]),
        best_scores=tuple(numbers.get("best_scores", ())),
    )


def _input(numbers: Mapping[str, Any]) -> Input:
    edges = numbers["edges"]
    bins = numbers["bins"]
    keys = range(len(bins)) if edges is not None else [as_text(each[0]) for each in bins]
    return Input(
        question=Question(*numbers["question"]),
        edges=None if edges is None else tuple(edges),
        bins={key: Bin(*each) for key, each in zip(keys, bins, strict=True)},
        unknown=Bin(*numbers["unknown"]),
        other=Bin(*numbers["other"]),
    )


def _tree(node: Any) -> Tree:
    if not isinstance(node, list):
        return float(node)
    index, threshold, mean, lower, upper = node
    return index, threshold, mean, _tree(lower), _tree(upper)
