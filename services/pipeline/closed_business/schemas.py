"""The answer about closed business."""

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from services.pipeline.closed_business.domain import By
from services.pipeline.deal_report.schemas import GroupBy
from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, PeriodOut


class WonOut(BaseModel):
    """Deals won, in base currency."""

    won_deals: int
    value: Money
    credited: Money
    without_amount: int


class IntervalOut(WonOut):
    """`from` and `to` are local dates, both included."""

    model_config = ConfigDict(populate_by_name=True)

    name: str
    first: date = Field(alias="from")
    last: date = Field(alias="to")


class WonGroupOut(BaseModel):
    """One part of the split; `key` null: the deals that have none."""

    key: str | None
    figures: WonOut
    intervals: list[IntervalOut]


class ClosedBusinessOut(BaseModel):
    """The groups, the largest value first, add up to the figures, as the intervals do."""

    period: PeriodOut
    as_of: datetime
    currency: str
    by: By
    group_by: GroupBy | None
    figures: WonOut
    intervals: list[IntervalOut]
    groups: list[WonGroupOut]
    groups_left_out: int
    definitions: dict[str, DefinitionOut]
