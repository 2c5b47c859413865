"""Bodies and answers of audiences."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from services.leads.campaign.schemas import Day
from services.leads.categorisation.schemas import Condition
from services.leads.category.schemas import Name
from services.leads.record.schemas import Line200, Line500, Strict
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio


class AudienceCreate(Strict):
    """A new audience. `condition`: an expression over the lead. `plan`: the plan it belongs to, which plans
    for the days from `starts_on` to `ends_on`."""

    name: Name
    condition: Condition
    description: Line500 = None
    plan: Line200 = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    active: bool = True


class AudiencePatch(Strict):
    """A merge patch."""

    name: Name = ""
    condition: Condition = ""
    description: Line500 = None
    plan: Line200 = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    active: bool = True


class AudienceOut(BaseModel):
    """An audience."""

    id: UUID
    version: int
    name: str
    description: str | None
    condition: str
    plan: str | None
    starts_on: date | None
    ends_on: date | None
    active: bool
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None


class FitReport(BaseModel):
    """Leads of the period in the audience, all leads, and the share; `unknown`: not held against it yet."""

    audience_id: UUID
    plan: str | None
    period: PeriodOut
    in_audience: int
    unknown: int
    leads: int
    share: Ratio | None
    definitions: dict[str, DefinitionOut]
