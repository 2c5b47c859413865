"""Bodies and answers about responsibilities."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.leads.record.schemas import Line500, Strict
from services.leads.seller.domain import SkillKind
from shared.contracts.instants import Instant

Term = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Terms = Annotated[tuple[Term, ...], Field(max_length=100)]


class SkillNamed(Strict):
    """A skill of the seller's profile."""

    kind: SkillKind = "skill"
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class ResponsibilityCreate(Strict):
    """What the seller is there for, from when (now unless given) until when (open unless given), and by which
    skills of the profile."""

    model_config = ConfigDict(populate_by_name=True)

    tasks: Terms = ()
    lead_types: Terms = ()
    stages: Terms = ()
    skills: Annotated[tuple[SkillNamed, ...], Field(max_length=50)] = ()
    starts_at: Instant | None = Field(default=None, alias="from")
    ends_at: Instant | None = Field(default=None, alias="to")
    note: Line500 = None

    @model_validator(mode="after")
    def _for_something(self) -> "ResponsibilityCreate":
        if not (self.tasks or self.lead_types or self.stages):
            raise ValueError("name tasks, lead_types or stages")
        return self


class AbilityOut(BaseModel):
    """A skill it rests on, with its level when it was given."""

    kind: SkillKind
    name: str
    level: int


class ResponsibilityOut(BaseModel):
    """A responsibility. `to` is null while it goes on without an end."""

    model_config = ConfigDict(populate_by_name=True)

    id: UUID
    member_id: UUID
    starts_at: datetime = Field(alias="from")
    ends_at: datetime | None = Field(alias="to")
    tasks: list[str]
    lead_types: list[str]
    stages: list[str]
    skills: list[AbilityOut]
    note: str | None
    created_at: datetime
    created_by: str
