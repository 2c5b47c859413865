"""What `GET /v1/lead-funnel` answers."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio


class ConversionOut(BaseModel):
    """Named ratios of the counts, 0 to 1; null when there is nothing to divide by."""

    lead_to_contact: Ratio | None
    contact_to_qualified: Ratio | None
    qualified_to_converted: Ratio | None
    lead_to_converted: Ratio | None
    lead_to_won: Ratio | None
    contact_to_won: Ratio | None


class CountsOut(BaseModel):
    """received, contacted, qualified, converted and won never grow from left to right."""

    received: int
    contacted: int
    qualified: int
    converted: int
    won: int
    disqualified: int
    won_amount: Money
    yield_per_lead: Money | None
    conversion: ConversionOut


class FunnelGroupOut(CountsOut):
    """Of the first four only the one grouped by is there; null in it: leads without one."""

    source: str | None = None
    owner_id: UUID | None = None
    partner_id: UUID | None = None
    campaign: str | None = None


class LeadFunnelOut(CountsOut):
    """The cohort of leads created in the period; `groups` add up to it."""

    period: PeriodOut
    as_of: datetime
    currency: str
    group_by: Literal["source", "owner", "partner", "campaign"] | None
    groups: list[FunnelGroupOut]
    groups_left_out: int
    last_event_at: datetime | None
    definitions: dict[str, DefinitionOut]
