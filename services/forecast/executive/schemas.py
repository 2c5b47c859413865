"""What `GET /v1/forecast/executive` answers."""

from datetime import date, datetime

from pydantic import BaseModel

from services.forecast.prediction.domain.run import State
from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio


class LastYearOut(BaseModel):
    """The same period a year before."""

    period: PeriodOut
    closed: Money
    closed_to_date: Money
    target: Money | None


class LineOut(BaseModel):
    """Amounts in the organisation's currency. Ratios are null when there is nothing to divide by.

    `state`: whether `p10`, `p50` and `p90` are known; `GET /v1/forecast/prediction` says what is missing."""

    period: PeriodOut
    closed: Money
    closed_deals: int
    commit: Money
    best_case: Money
    weighted: Money
    p10: Money | None
    p50: Money | None
    p90: Money | None
    state: State
    deals_without_amount: int
    target: Money | None
    gap_to_target: Money | None
    attainment: Ratio | None
    growth: Ratio | None
    expected_growth: Ratio | None
    last_year: LastYearOut


class ToDateOut(BaseModel):
    """From the first day of the fiscal year to `through`, beside the same days a year before."""

    through: date
    closed: Money
    last_year: Money
    growth: Ratio | None


class ExecutiveOut(BaseModel):
    """Months add up to quarters, and quarters to the year."""

    year: LineOut
    year_to_date: ToDateOut
    quarters: list[LineOut]
    months: list[LineOut]
    as_of: datetime
    known_at: datetime | None
    currency: str
    last_event_at: datetime | None
    definitions: dict[str, DefinitionOut]
