"""Bodies and answers of matching rules."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.leads.matching.domain import Blank, Compared, Comparison, Criterion, Pair
from services.leads.record.schemas import Strict

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Threshold = Annotated[int, Field(strict=True, ge=1, le=100)]


class CriterionBody(Strict):
    """One comparison. `exact`: the standard forms are equal (email, email_domain, phone, country);
    `normalised`: equal without case, accents, legal form, title; `fuzzy`: at least `min_similarity` (0 to 1)
    alike (name, company, city). `blank`: a missing value is ignored, or a mismatch."""

    field: Compared
    comparison: Comparison
    weight: Annotated[int, Field(strict=True, ge=1, le=1000)] = 1
    min_similarity: Annotated[float, Field(ge=0.5, le=1)] = 0.85
    blank: Blank = "mismatch"


class RuleCreate(Strict):
    """A rule: two records of `kinds` are one when the score reaches `threshold` (1 to 100)."""

    name: Name
    kinds: Annotated[list[Pair], Field(min_length=1, max_length=5)]
    criteria: Annotated[list[CriterionBody], Field(min_length=1, max_length=7)]
    threshold: Threshold
    active: bool = True

    def values(self) -> dict[str, Any]:
        """The rule's fields that were given."""
        given = self.given()
        if given.get("kinds") is not None:
            given["kinds"] = tuple(dict.fromkeys(given["kinds"]))
        if given.get("criteria") is not None:
            given["criteria"] = tuple(Criterion(**each.model_dump()) for each in given["criteria"])
        return given


class RulePatch(RuleCreate):
    """A merge patch of a rule; nothing can be emptied."""

    name: Name = Field(default="", validate_default=False)
    kinds: Annotated[list[Pair], Field(min_length=1, max_length=5)] = Field(default_factory=list)
    criteria: Annotated[list[CriterionBody], Field(min_length=1, max_length=7)] = Field(default_factory=list)
    threshold: Threshold = Field(default=100, validate_default=False)


class RuleOut(BaseModel):
    """A matching rule."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    name: str
    kinds: list[Pair]
    criteria: list[CriterionBody]
    threshold: int
    active: bool
    created_at: datetime
    updated_at: datetime


class ReasonOut(BaseModel):
    """What one criterion found: how alike (0 to 1), and the points of 100 it earned."""

    model_config = ConfigDict(from_attributes=True)

    field: Compared
    comparison: Comparison
    similarity: float
    points: float
