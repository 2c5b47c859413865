"""Bodies and answers of segments."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from services.leads.categorisation.schemas import Condition
from services.leads.category.schemas import Key, Name, Position
from services.leads.record.schemas import Line500, Reason, Strict
from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, PeriodOut


class SegmentCreate(Strict):
    """A new segment. `key` is what leads and accounts hold; it stays. `condition`: an expression over the
    lead; of an account, its name, company, industry, country, website, phone and employees can be asked."""

    key: Key
    name: Name
    description: Line500 = None
    condition: Condition | None = None
    position: Position = 1000
    active: bool = True


class SegmentPatch(Strict):
    """A merge patch."""

    name: Name = ""
    description: Line500 = None
    condition: Condition | None = None
    position: Position = 0
    active: bool = True


class SegmentOut(BaseModel):
    """A segment."""

    id: UUID
    version: int
    key: str
    name: str
    description: str | None
    condition: str | None
    position: int
    active: bool
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None


class SetSegment(Strict):
    """The segment a member decides on, and why. `null`: the rules decide again."""

    segment: Key | None
    reason: Reason


class SetAccountSegment(Strict):
    """The segment a member decides on. `null`: the rules decide again."""

    segment: Key | None


class SegmentFigures(BaseModel):
    """Amounts in the organisation's currency."""

    accounts: int
    open_leads: int
    open_leads_value: Money
    leads_without_rate: int
    open_deals: int
    open_value: Money
    won_deals: int
    won_value: Money


class SegmentGroup(SegmentFigures):
    """One segment; `key` null: what belongs to none."""

    key: str | None
    name: str | None


class SegmentReport(SegmentFigures):
    """All segments, the one that won most first."""

    period: PeriodOut
    currency: str
    groups: list[SegmentGroup]
    definitions: dict[str, DefinitionOut]
