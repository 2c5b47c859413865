"""Answers put into bins: categories with rare ones pooled, numbers by quantiles, no answer by itself."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2

from services.leads.score_model.question import Answer, Known, Question
from services.leads.scoring.learning.questions import candidates

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

_NUMBERS = 32
_IN_A_BIN = 15
_WORTH_ASKING = 0.2
_PRIOR = 10
UNKNOWN, OTHER = -1, -2
_NO_ANSWER, _RARE = "not given", "other"


@dataclass(slots=True)
class Column:
    """A question with its bins. `codes`: the bin of each lead; UNKNOWN and OTHER are codes too."""

    question: Question
    labels: list[str]
    edges: list[float] | None
    codes: Whole
    counts: dict[int, tuple[int, int]]
    ranks: dict[int, float]

    @property
    def present(self) -> list[int]:
        """The codes that leads have."""
        return sorted(self.counts)

    def label(self, code: int) -> str:
        """The answer for people."""
        return {UNKNOWN: _NO_ANSWER, OTHER: _RARE}.get(code) or self.labels[code]


def encode(leads: Sequence[Known], won: Whole) -> list[Column]:
    """A column for every question whose answers have to do with the outcome."""
    rare = 10 if len(leads) >= 1000 else 5
    found = []
    for question in candidates(leads, rare):
        column = _column(question, [question.ask(lead) for lead in leads], won, rare)
        if _tells(column, won):
            found.append(column)
    return found


def _column(question: Question, answers: Sequence[Answer], won: Whole, rare: int) -> Column:
    if any(isinstance(answer, float) for answer in answers):
        edges, labels, codes = _by_quantile([a if isinstance(a, float) else None for a in answers])
    else:
        edges = None
        labels, codes = _by_value([a if isinstance(a, str) else None for a in answers], rare)
    counts = {
        int(code): (int((codes == code).sum()), int(won[codes == code].sum())) for code in np.unique(codes)
    }
    return Column(question, labels, edges, codes, counts, _ranks(counts, won, ordered=edges is not None))


def _by_value(answers: Sequence[str | None], rare: int) -> tuple[list[str], Whole]:
    often = Counter(answer for answer in answers if answer is not None)
    labels = [answer for answer, count in often.most_common() if count >= rare]
    code = {answer: index for index, answer in enumerate(labels)}
    codes = [UNKNOWN if answer is None else code.get(answer, OTHER) for answer in answers]
    return labels, np.array(codes, dtype=np.int64)


def _by_quantile(answers: Sequence[float | None]) -> tuple[list[float], list[str], Whole]:
    known = np.array([answer for answer in answers if answer is not None])
    steps = int(np.clip(len(known) // _IN_A_BIN, 2, _NUMBERS))
    shares = np.linspace(0, 1, steps + 1)[1:-1]
    edges = [float(e) for e in np.unique(np.quantile(known, shares, method="lower")) if e < known.max()]
    codes = [UNKNOWN if a is None else int(np.searchsorted(edges, a, side="left")) for a in answers]
    return edges, list(_ranges(edges, known)), np.array(codes, dtype=np.int64)


def _ranges(edges: Sequence[float], known: Floats) -> Iterator[str]:
    lower = -np.inf
    for upper in (*edges, np.inf):
        inside = known[(known > lower) & (known <= upper)]
        least, most = float(inside.min()), float(inside.max())
        yield f"{least:g}" if least == most else f"{least:g} to {most:g}"
        lower = upper


def _ranks(counts: dict[int, tuple[int, int]], won: Whole, *, ordered: bool) -> dict[int, float]:
    """Numbers keep their order, the unanswered below. Categories are ordered by their share of won leads."""
    if ordered:
        return {code: float(code) for code in counts}
    share = won.mean() if len(won) else 0.0
    rate = {code: (w + _PRIOR * share) / (n + _PRIOR) for code, (n, w) in counts.items()}
    return {code: float(place) for place, code in enumerate(sorted(rate, key=lambda c: (rate[c], c)))}


def _tells(column: Column, won: Whole) -> bool:
    """Whether the G-test finds that the answers and the outcome go together (p below 0.2)."""
    if len(column.counts) < 2:
        return False
    share = won.mean()
    gain = 0.0
    for leads, wins in column.counts.values():
        for seen, expected in ((wins, leads * share), (leads - wins, leads * (1 - share))):
            gain += 2 * seen * np.log(seen / expected) if seen else 0.0
    return bool(chi2.sf(gain, len(column.counts) - 1) < _WORTH_ASKING)


def design(columns: Sequence[Column]) -> Floats:
    """What the linear part is fitted on: one column for each bin, steps for numbers."""
    parts = [step for column in columns for step in _steps(column)]
    return np.column_stack(parts).astype(float)


def _steps(column: Column) -> Iterator[NDArray[Any]]:
    for code in column.present:
        if column.edges is None or code < 0:
            yield column.codes == code
        elif code > 0:
            yield column.codes >= code


def ranks(columns: Sequence[Column]) -> Floats:
    """What the trees are fitted on: one column for each question."""
    return np.column_stack([[column.ranks[int(code)] for code in column.codes] for column in columns])


def weights(column: Column, coefficients: Sequence[float]) -> dict[int, float]:
    """The weight of each bin from the coefficients of its steps, taken off the front of the list."""
    left = iter(coefficients)
    found: dict[int, float] = {}
    height = 0.0
    for code in column.present:
        if column.edges is None or code < 0:
            found[code] = next(left)
        else:
            height += next(left) if code > 0 else 0.0
            found[code] = height
    return found


def width(column: Column) -> int:
    """How many steps the column has."""
    return sum(1 for _ in _steps(column))
