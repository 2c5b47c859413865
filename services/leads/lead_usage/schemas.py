"""Answers about the use of leads."""

from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from services.leads.lead.schemas import LeadOut
from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio

Dimension = Literal[
    "category", "segment", "source", "origin", "channel", "status", "owner", "country", "industry", "partner"
]
UseGroup = Literal["owner", "campaign", "source"]
UnusedKind = Literal["unassigned", "never_contacted", "idle"]


class StatsGroup(BaseModel):
    """Leads of one key, null for those without. `share` of all leads counted; `value` in base currency."""

    key: str | None
    leads: int
    share: Ratio | None
    value: Money
    open: int
    qualified: int
    converted: int
    won: int


class LeadStats(BaseModel):
    """Leads that came up in the period, the largest group first."""

    by: Dimension
    period: PeriodOut
    currency: str
    leads: int
    without_rate: int
    groups: list[StatsGroup]
    groups_left_out: int
    definitions: dict[str, DefinitionOut]


class UseRate(BaseModel):
    """Leads received, those of them that were worked on, and their share."""

    key: str | None = None
    received: int
    used: int
    use_rate: Ratio | None


class LeadUse(BaseModel):
    """How fully the leads of a period are used."""

    period: PeriodOut
    group_by: UseGroup | None
    received: int
    used: int
    use_rate: Ratio | None
    groups: list[UseRate]
    groups_left_out: int
    definitions: dict[str, DefinitionOut]


class UnusedLead(BaseModel):
    """An open lead that nobody uses. `idle_days`: whole days since the last activity, or since it came up."""

    id: UUID
    name: str
    company: str | None
    status: str
    kind: UnusedKind
    owner_id: UUID | None
    source: str | None
    campaign: str | None
    created_at: datetime
    last_activity_at: datetime | None
    activity_count: int
    idle_days: int


class RecommendedLead(LeadOut):
    """A lead with `rank` (score x expected value in base currency, null without a score), and why."""

    rank: Decimal | None
    reason: str
