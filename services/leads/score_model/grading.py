"""By what scored leads get their grades: the organisation's own cut-offs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.leads.score_model.domain import GRADES, Model
from shared.contracts.errors import DomainError, FieldError

GradeBy = Literal["share", "score"]
THE_GRADING = UUID("01900000-0000-7000-8000-000000000003")
"""There is one; it is there from the migration on."""
CUT_GRADES = GRADES[:-1]
_KNOWN_SHARES = (0.2, 0.5, 0.8)


class GradingError(DomainError):
    """Cut-offs that cannot be."""


@dataclass(frozen=True, slots=True)
class Grading:
    """`grades`: for A, B and C either the share of the outcomes learned from that is to be at least so good
    (`share`: 0.2 is the best fifth), or the least score (`score`). What is below C is D."""

    id: UUID
    created_at: datetime
    updated_at: datetime
    grade_by: GradeBy
    grades: Mapping[str, float]
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)

    def check(self) -> None:
        """Refuses cut-offs in another order than the grades."""
        given = [self.grades[grade] for grade in CUT_GRADES]
        wanted = sorted(set(given), reverse=self.grade_by == "score")
        if given != wanted:
            order = "A, B, C fall" if self.grade_by == "score" else "A, B, C rise"
            detail = f"The cut-offs {order} from one to the next."
            raise GradingError("validation_failed", detail, [FieldError("/grades", "out_of_order", detail)])

    def applied(self, model: Model) -> Model:
        """The model with these cut-offs."""
        given = [self.grades[grade] for grade in CUT_GRADES]
        if self.grade_by == "score":
            return replace(model, cuts=tuple(given))
        return replace(model, cuts=tuple(_score_of(share, model) for share in given))


def _score_of(share: float, model: Model) -> float:
    """The score that this share of the outcomes has at least, between those that the model knows."""
    known = model.best_scores or (1.0, *model.cuts, 0.0)
    steps = len(known) - 1
    shares = [place / steps for place in range(len(known))] if model.best_scores else [0, *_KNOWN_SHARES, 1]
    return _between(shares, known, share)


def _between(shares: Sequence[float], scores: Sequence[float], share: float) -> float:
    """Straight between the two known points around it."""
    for place in range(1, len(shares)):
        if share <= shares[place]:
            lower, upper = shares[place - 1], shares[place]
            part = (share - lower) / (upper - lower)
            return scores[place - 1] + part * (scores[place] - scores[place - 1])
    return scores[-1]
