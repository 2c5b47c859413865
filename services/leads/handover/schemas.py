"""Answers about hand-overs."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio

Outcome = Literal["open", "contacted", "qualified", "disqualified", "converted", "won"]


class HandoverFigures(BaseModel):
    """`acceptance_rate` and `conversion` are null when nothing was handed over."""

    handed_over: int
    accepted: int
    refused: int
    waiting: int
    converted: int
    won: int
    won_revenue: Money
    acceptance_rate: Ratio | None
    conversion: Ratio | None


class HandoverGroup(HandoverFigures):
    """One hand-over: the import by which leads of a campaign came."""

    import_id: UUID
    campaign: str
    handed_over_at: datetime


class Handovers(HandoverFigures):
    """The hand-overs of a period, the latest first."""

    period: PeriodOut
    currency: str
    groups: list[HandoverGroup]
    groups_left_out: int
    definitions: dict[str, DefinitionOut]


class HandedOverLead(BaseModel):
    """What sales gave back about one lead. `disqualify_reason`: why, where it is disqualified."""

    lead_id: UUID
    import_id: UUID
    campaign: str
    handed_over_at: datetime
    owner_id: UUID | None
    outcome: Outcome
    accepted: bool
    first_contact_at: datetime | None
    disqualify_reason: str | None
