"""What `GET /v1/forecast/sources` answers."""

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, Field

from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio


class SourceOut(BaseModel):
    """One source; null: leads without one. Chances and amounts are null with insufficient history."""

    source: str | None
    received: int
    wins: int
    own_weight: Ratio
    leads_per_month: Ratio
    conversion: Ratio | None
    average_deal: Money | None
    lag_months: list[Ratio] = Field(description="Share of wins by months since the lead came.")
    open_leads: int
    expected_wins: Ratio | None
    from_open_leads: Money | None
    from_leads_to_come: Money | None
    expected: Money | None


class MonthOut(BaseModel):
    """What leads bring in one month of the period."""

    month: date
    expected: Money


class TrialOut(BaseModel):
    """A past quarter of a year: expected when it began, and what came of it."""

    begins: date
    expected: Money
    actual: Money


class AccuracyOut(BaseModel):
    """How this way of reckoning would have done; null where nothing came."""

    spans: int
    wape: Ratio | None
    bias: Ratio | None
    trials: list[TrialOut]


class SourcesOut(BaseModel):
    """Sources with the largest first; `expected` is their sum."""

    period: PeriodOut
    as_of: datetime
    currency: str
    state: Literal["ok", "insufficient_history"]
    received: int
    wins: int
    expected: Money | None
    sources: list[SourceOut]
    sources_left_out: int
    months: list[MonthOut]
    accuracy: AccuracyOut
    last_event_at: datetime | None
    definitions: dict[str, DefinitionOut]
