"""Bodies and answers of audiences."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from services.leads.categorisation.schemas import Condition
from services.leads.category.schemas import Name
from services.leads.record.schemas import Line500, Strict
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio


class AudienceCreate(Strict):
    """A new audience. `condition`: an expression over the lead."""

    name: Name
    condition: Condition
    description: Line500 = None
    active: bool = True


class AudiencePatch(Strict):
    """A merge patch."""

    name: Name = ""
    condition: Condition = ""
    description: Line500 = None
    active: bool = True


class AudienceOut(BaseModel):
    """An audience."""

    id: UUID
    version: int
    name: str
    description: str | None
    condition: str
    active: bool
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None


class FitReport(BaseModel):
    """Leads of the period in the audience, all leads, and the share; `unknown`: not held against it yet."""

    audience_id: UUID
    period: PeriodOut
    in_audience: int
    unknown: int
    leads: int
    share: Ratio | None
    definitions: dict[str, DefinitionOut]
