"""Answers about lead sources."""

from typing import Literal

from pydantic import BaseModel

from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio

GroupBy = Literal["source", "medium", "campaign", "channel", "origin", "partner"]


class SourceFigures(BaseModel):
    """Ratios are null when nothing was received."""

    received: int
    qualified: int
    converted: int
    won: int
    won_revenue: Money
    conversion: Ratio | None
    win_rate: Ratio | None
    yield_per_lead: Money | None


class SourceGroup(SourceFigures):
    """One source, medium, campaign, channel, origin or partner (its id); `key` null: leads without one."""

    key: str | None


class LeadSources(SourceFigures):
    """The leads of a period by the way they came in (first touch)."""

    period: PeriodOut
    currency: str
    group_by: GroupBy
    groups: list[SourceGroup]
    groups_left_out: int
    definitions: dict[str, DefinitionOut]
