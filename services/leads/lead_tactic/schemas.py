"""Bodies and answers of tactics."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.leads.campaign.schemas import Day
from services.leads.category.schemas import Name
from services.leads.lead.schemas import Worth
from services.leads.record.schemas import Prose, Strict
from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio

_Source = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
_Campaign = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class _TacticFields(Strict):
    """`cost`: what it has cost so far. `sources`, `campaigns`: leads that name one of them count for it."""

    description: Prose = None
    owner_id: UUID | None = None
    sources: Annotated[tuple[_Source, ...], Field(max_length=50)] = ()
    campaigns: Annotated[tuple[_Campaign, ...], Field(max_length=50)] = ()
    budget: Worth | None = None
    cost: Worth | None = None
    expected_leads: Annotated[int, Field(strict=True, ge=0, le=10_000_000)] | None = None
    expected_revenue: Worth | None = None


class TacticCreate(_TacticFields):
    """A plan from `starts_on` to `ends_on`, both included."""

    name: Name
    starts_on: Day
    ends_on: Day


class TacticPatch(_TacticFields):
    """A merge patch: what is named changes, null empties."""

    name: Name = ""
    starts_on: Day = date(2000, 1, 1)
    ends_on: Day = date(2000, 1, 1)


class TacticOut(BaseModel):
    """A tactic."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    name: str
    description: str | None
    owner_id: UUID | None
    starts_on: date
    ends_on: date
    sources: list[str]
    campaigns: list[str]
    budget: Money | None
    cost: Money | None
    expected_leads: int | None
    expected_revenue: Money | None
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None


class TacticFigures(BaseModel):
    """What was planned, and what came. Amounts are in the organisation's currency."""

    tactic_id: UUID
    name: str
    owner_id: UUID | None
    starts_on: date
    ends_on: date
    budget: Money | None
    cost: Money | None
    expected_leads: int | None
    expected_revenue: Money | None
    received: int
    qualified: int
    converted: int
    won: int
    won_revenue: Money
    conversion: Ratio | None
    win_rate: Ratio | None
    yield_per_lead: Money | None
    planned_cost_per_lead: Money | None
    cost_per_lead: Money | None
    leads_by_plan: Ratio | None
    revenue_by_plan: Ratio | None
    return_on_cost: Ratio | None


class TacticEffect(TacticFigures):
    """One tactic, with the definitions of its figures."""

    currency: str
    definitions: dict[str, DefinitionOut]


class TacticEffects(BaseModel):
    """The tactics of a period, those that begin last first."""

    period: PeriodOut
    currency: str
    items: list[TacticFigures]
    more: bool
    definitions: dict[str, DefinitionOut]
