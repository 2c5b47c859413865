"""Bodies and answers of duplicates."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.leads.duplicate.domain import Status
from services.leads.matching.domain import Kind, Pair
from services.leads.matching.schemas import ReasonOut
from services.leads.record.schemas import Country, Email, Line80, Line200, Phone, Strict


class CandidateOut(BaseModel):
    """Two records that look like one. `score` 0 to 100 by `rule`, `reasons` what each criterion found."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    kind: Pair
    a_kind: Kind
    a_id: UUID
    b_kind: Kind
    b_id: UUID
    status: Status
    score: int
    rule_id: UUID
    rule: str
    reasons: list[ReasonOut]
    found_at: datetime
    updated_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    merge_id: UUID | None


class CandidateDetail(CandidateOut):
    """The same with both records as their own endpoints show them."""

    a: dict[str, Any]
    b: dict[str, Any]


class Decide(Strict):
    """Nothing is asked."""


class Search(Strict):
    """What to look for: a record that is there, or the values of one that is not yet."""

    kind: Kind
    id: UUID | None = None
    name: Line200 = None
    first_name: Line80 = None
    last_name: Line80 = None
    company: Line200 = None
    email: Email = None
    country: Country = None
    phone: Phone = None
    city: Line80 = None
    website: Line200 = None

    @model_validator(mode="after")
    def _one_of_both(self) -> "Search":
        values = self.model_fields_set - {"kind", "id", "country"}
        if (self.id is None) == (not values):
            raise ValueError("give the id of a record, or values, not both")
        return self


class FoundOut(BaseModel):
    """A record that is the same by the rules in use. `score` 0 to 100."""

    kind: Kind
    id: UUID
    name: str
    score: int
    rule_id: UUID
    rule: str
    reasons: list[ReasonOut]


class FoundList(BaseModel):
    """The likest first, at most 100. Records the caller may not see are not among them."""

    items: list[FoundOut]


class ScanOut(BaseModel):
    """A look at every record. `looked_at` of `records`, and how many pairs were `found` so far."""

    id: UUID
    status: Literal["running", "done"]
    records: int
    looked_at: Annotated[int, Field(ge=0)]
    found: int
    started_at: datetime
    started_by: str | None
    ended_at: datetime | None
