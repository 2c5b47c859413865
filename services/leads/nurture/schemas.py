"""Bodies and answers about nurture."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.leads.category.schemas import Key, Name
from services.leads.nurture.domain import Progress
from services.leads.record.schemas import Prose, Reason, Strict
from shared.contracts.events.leads_activity import ActivityType

_Subject = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class StepPlan(Strict):
    """One step: `days` and `hours` after the lead entered the category. With `working_days` the days are the
    organisation's working days."""

    type: ActivityType
    subject: _Subject
    script: Prose = None
    days: Annotated[int, Field(strict=True, ge=0, le=365)] = 0
    hours: Annotated[int, Field(strict=True, ge=0, le=23)] = 0
    working_days: bool = False


_Steps = Annotated[list[StepPlan], Field(min_length=1, max_length=30)]


class PlanCreate(Strict):
    """A new plan; a category has one active plan."""

    name: Name
    category: Key
    steps: _Steps
    active: bool = True


class PlanPatch(Strict):
    """A merge patch; `steps` replaces all of them. Leads already going through keep the steps they began."""

    name: Name = ""
    category: Key = ""
    steps: _Steps = Field(default=[])
    active: bool = True


class PlanOut(BaseModel):
    """A plan."""

    id: UUID
    version: int
    name: str
    category: str
    steps: list[StepPlan]
    active: bool
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None


class Stop(Strict):
    """Why the lead is nurtured no more."""

    reason: Reason


class StepOut(BaseModel):
    """`state`: planned, created (the activity is there), done (it was done) or cancelled, and why."""

    position: int
    type: ActivityType
    subject: str
    script: str | None
    due_at: datetime
    state: Progress
    activity_id: UUID | None
    done_at: datetime | None
    settled_at: datetime | None
    why: str | None


class EnrolmentOut(BaseModel):
    """One way through a plan; over when `ended_at` is set: `complete`, or why it was left."""

    plan_id: UUID
    plan_version: int
    category: str
    started_at: datetime
    ended_at: datetime | None
    ended_why: str | None
    steps: list[StepOut]


class NurtureOut(BaseModel):
    """Whether the lead is going through a plan, and everything it went through, the newest first."""

    running: bool
    items: list[EnrolmentOut]


def steps_as_data(values: dict[str, Any]) -> dict[str, Any]:
    """The values of a plan with its steps as they are kept."""
    if "steps" not in values:
        return values
    return {**values, "steps": [step.model_dump() for step in values["steps"]]}
