"""What the reports of performance answer."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, PlainSerializer

from services.pipeline.deal_report.schemas import GroupBy
from services.pipeline.sales_performance.domain import State
from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio

Days = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]
F = TypeVar("F")


class WinRateFigures(BaseModel):
    """Deals decided in the period. Rates are null with fewer than five, `insufficient_history`."""

    decided: int
    won: int
    lost: int
    won_value: Money
    lost_value: Money
    without_amount: int
    win_rate: Ratio | None
    win_rate_by_value: Ratio | None
    state: State


class CycleFigures(BaseModel):
    """Days; null with fewer than five deals, `insufficient_history`."""

    model_config = ConfigDict(from_attributes=True)

    deals: int
    mean: Days | None
    median: Days | None
    p25: Days | None
    p75: Days | None
    p90: Days | None
    state: State


class SalesCycleFigures(BaseModel):
    """Of the deals won in the period, from the first contact where it is known, and from their creation."""

    from_first_contact: CycleFigures
    from_creation: CycleFigures


class CycleTimeFigures(BaseModel):
    """How long it takes to win, and how long to lose."""

    won_from_first_contact: CycleFigures
    won_from_creation: CycleFigures
    lost_from_first_contact: CycleFigures
    lost_from_creation: CycleFigures


class VelocityFigures(BaseModel):
    """velocity = open_deals x win_rate x average_value / cycle_days, a day."""

    open_deals: int
    decided: int
    won: int
    win_rate: Ratio | None
    average_value: Money | None
    cycle_days: Days | None
    velocity: Money | None
    state: State


class GroupOut(BaseModel, Generic[F]):
    """One part of the split; `key` null: the deals that have none."""

    key: str | None
    figures: F
    previous: F


class ReportOut(BaseModel, Generic[F]):
    """Figures of a period beside those of the period before."""

    period: PeriodOut
    previous_period: PeriodOut
    as_of: datetime
    currency: str
    group_by: GroupBy | None
    figures: F
    previous: F
    groups: list[GroupOut[F]]
    groups_left_out: int
    definitions: dict[str, DefinitionOut]
