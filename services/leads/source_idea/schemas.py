"""Bodies and answers of ideas for lead sources."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.leads.category.schemas import Name
from services.leads.record.schemas import Line80, Line500, Prose, Reason, Strict
from services.leads.source_idea.domain import IdeaStatus
from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, Ratio


class IdeaCreate(Strict):
    """What might bring leads."""

    name: Name
    description: Prose = None


class IdeaPatch(Strict):
    """A merge patch. `result`: what came of it so far, in words."""

    name: Name = ""
    description: Prose = None
    result: Line500 = None


class TryOut(Strict):
    """`source`: what leads of it will name; its name unless said otherwise."""

    source: Line80 = None


class Adopt(TryOut):
    """The same, and what the trial showed."""

    result: Line500 = None


class Drop(Strict):
    """Why it is given up."""

    result: Reason


class TakeUpAgain(Strict):
    """Nothing is asked."""


class IdeaStep(BaseModel):
    """When it became this, by whom, and what was said."""

    at: datetime
    by: str
    status: IdeaStatus
    result: str | None


class IdeaOut(BaseModel):
    """An idea. `source`: what its leads name, once it was tried or adopted."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    name: str
    description: str | None
    suggested_by: str
    status: IdeaStatus
    source: str | None
    result: str | None
    tried_at: datetime | None
    adopted_at: datetime | None
    dropped_at: datetime | None
    steps: list[IdeaStep]
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None


class IdeaEffect(BaseModel):
    """What the leads of its source became since it was first tried; nothing before."""

    idea_id: UUID
    source: str | None
    since: datetime | None
    currency: str
    received: int
    qualified: int
    converted: int
    won: int
    won_revenue: Money
    conversion: Ratio | None
    win_rate: Ratio | None
    yield_per_lead: Money | None
    definitions: dict[str, DefinitionOut]
