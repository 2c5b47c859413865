"""Answers about lead sources."""

from decimal import Decimal
from typing import Annotated, Literal

from fastapi import Query
from pydantic import BaseModel, PlainSerializer

from services.leads.touch.domain import Attribution
from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio

GroupBy = Literal["source", "medium", "campaign", "channel", "origin", "partner"]
LeadCount = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]
"""Leads, in parts of one where several ways share it."""
AttributionAsked = Annotated[
    Attribution,
    Query(
        description="Which touches a lead is credited to: `first` (by what the lead itself says), `last`, "
        "`linear` (all alike), `position` (40 % first, 40 % last, the rest between). Touches that do not say "
        "it, and those after the conversion, count for nothing."
    ),
]


class SourceFigures(BaseModel):
    """Ratios are null when nothing was received."""

    received: LeadCount
    qualified: LeadCount
    converted: LeadCount
    won: LeadCount
    won_revenue: Money
    conversion: Ratio | None
    win_rate: Ratio | None
    yield_per_lead: Money | None


class SourceGroup(SourceFigures):
    """One source, medium, campaign, channel, origin or partner (its id); `key` null: leads without one."""

    key: str | None


class LeadSources(SourceFigures):
    """The leads of a period by the way they came in. The groups add up to the whole, to the cent."""

    period: PeriodOut
    currency: str
    group_by: GroupBy
    attribution: Attribution
    groups: list[SourceGroup]
    groups_left_out: int
    definitions: dict[str, DefinitionOut]
