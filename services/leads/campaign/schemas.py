"""Bodies and answers of channels and campaigns."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.leads.campaign.domain import Campaign
from services.leads.lead_source.schemas import LeadCount
from services.leads.record.schemas import Line80, Line200, Line500, Strict
from services.leads.touch.domain import Attribution
from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, Ratio

_Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Aliases = Annotated[tuple[_Name, ...], Field(max_length=50)]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2200, 12, 31))]


class ChannelCreate(Strict):
    """The key is what leads name; the name in any case and the aliases mean the same."""

    key: _Key
    name: _Name
    aliases: Aliases = ()
    active: bool = True


class ChannelPatch(Strict):
    """A merge patch. The key stays."""

    name: _Name = ""
    aliases: Aliases = ()
    active: bool = True


class ChannelOut(BaseModel):
    """A channel."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    key: str
    name: str
    aliases: list[str]
    active: bool
    created_at: datetime
    updated_at: datetime


class CampaignFields(Strict):
    """`audience`: whom it is for, in words; `cost`: what it has cost so far."""

    channel: Line80 = None
    audience: Line500 = None
    product: Line200 = None
    goal: Line500 = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    budget: Money | None = None
    cost: Money | None = None
    active: bool = True


class CampaignCreate(CampaignFields):
    """Leads belong to it by its name."""

    name: _Name


class CampaignPatch(CampaignFields):
    """A merge patch: what is named changes, null empties."""

    name: _Name = ""


class CampaignOut(BaseModel):
    """A campaign."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    name: str
    channel: str | None
    audience: str | None
    product: str | None
    goal: str | None
    starts_on: date | None
    ends_on: date | None
    budget: Money | None
    cost: Money | None
    active: bool
    archived_at: datetime | None
    created_at: datetime
    updated_at: datetime


class CampaignEffect(BaseModel):
    """What a campaign brought. Costs are null without leads or without a cost."""

    campaign_id: UUID
    currency: str
    attribution: Attribution
    received: LeadCount
    qualified: LeadCount
    converted: LeadCount
    won: LeadCount
    won_revenue: Money
    conversion: Ratio | None
    win_rate: Ratio | None
    yield_per_lead: Money | None
    cost: Money | None
    cost_per_lead: Money | None
    return_on_cost: Ratio | None
    definitions: dict[str, DefinitionOut]


def campaign_out(campaign: Campaign) -> dict[str, Any]:
    """The answer for one campaign, ready for JSON."""
    return CampaignOut.model_validate(campaign).model_dump(mode="json")
