"""What `GET /v1/forecast/demand` answers."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from services.forecast.market_report.schemas import MarketReportOut
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio


class TrendOut(BaseModel):
    """Requests a month, more or fewer each month."""

    direction: Literal["rising", "steady", "falling"]
    per_month: Ratio
    low: Ratio
    high: Ratio


class MonthOut(BaseModel):
    """Requests of one month; the running one is not over."""

    month: date
    requests: int


class ReasonOut(BaseModel):
    """Why deals were lost."""

    reason: str
    deals: int


class FeedbackOut(BaseModel):
    """What customers asked for; null with insufficient history."""

    state: Literal["ok", "insufficient_history"]
    requests: int
    months: int
    trend: TrendOut | None
    expected: Ratio | None
    by_month: list[MonthOut]
    loss_reasons: list[ReasonOut]


class ReportOut(MarketReportOut):
    """`need_in_period`: as far as the report's days fall into the period's days to come."""

    need_in_period: Ratio


class ResearchOut(BaseModel):
    """What research says; null without a report."""

    expected: Ratio | None
    reports: list[ReportOut]


class ProductOut(BaseModel):
    """Both reports side by side, and combined by weights that add up to 1."""

    product_id: UUID
    name: str | None
    state: Literal["ok", "insufficient_history"]
    feedback: FeedbackOut
    research: ResearchOut
    need: Ratio | None
    feedback_weight: Ratio
    research_weight: Ratio


class DemandOut(BaseModel):
    """Products with the largest need first."""

    period: PeriodOut
    as_of: datetime
    products: list[ProductOut]
    products_left_out: int
    last_event_at: datetime | None
    definitions: dict[str, DefinitionOut]
