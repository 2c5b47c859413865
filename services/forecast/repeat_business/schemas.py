"""What `GET /v1/forecast/repeat` answers."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio


class CustomerOut(BaseModel):
    """A regular customer. Days; `chance_active`: that it still buys. Of purchases and revenue in the rest of
    the period the mean."""

    account_id: UUID
    name: str | None
    purchases: int
    median_interval_days: Ratio
    spread_days: Ratio
    last_bought_days_ago: int
    chance_active: Ratio
    expected_purchases: Ratio
    expected_revenue: Money
    words: str = Field(examples=["bought every 90 days, last 140 days ago"])


class TrialOut(BaseModel):
    """A past span as long as the period."""

    begins: date
    expected: Money
    actual: Money
    same_as_before: Money


class AccuracyOut(BaseModel):
    """By how much these spans were missed, and by how much by expecting the same as in the span before."""

    spans: int
    wape: Ratio | None
    bias: Ratio | None
    wape_same_as_before: Ratio | None
    trials: list[TrialOut]


class RepeatOut(BaseModel):
    """Customers with the largest expected revenue first; overdue ones by what their silence costs a day."""

    period: PeriodOut
    as_of: datetime
    currency: str
    state: Literal["ok", "insufficient_history"]
    days_to_come: int
    regular_customers: int
    expected_purchases: Ratio | None
    p10: Money | None
    p50: Money | None
    p90: Money | None
    customers: list[CustomerOut]
    overdue: list[CustomerOut]
    overdue_customers: int
    accuracy: AccuracyOut
    last_event_at: datetime | None
    definitions: dict[str, DefinitionOut]
