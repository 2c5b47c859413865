"""What `GET /v1/analytics/loss-reasons` is asked and answers."""

from datetime import date, datetime
from typing import Literal, get_args
from uuid import UUID

from pydantic import BaseModel

from services.pipeline.deal_report.schemas import GroupBy
from services.pipeline.loss_reason.domain import Outcome
from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio

Interval = Literal["week", "month", "quarter", "year"]
OwnSplit = Literal["stage", "competitor"]
Split = GroupBy | OwnSplit
OWN_SPLITS: frozenset[str] = frozenset(get_args(OwnSplit))


class ReasonFigures(BaseModel):
    """The deals of one reason in one interval and one part of the split.

    `interval_start`: its first local day; null without `interval`. `key`: of the split, null: the deals
    that have none; `name`: of a stage. `reason_id`: of the organisation's reasons; null: other words, or
    none at all.
    """

    interval_start: date | None
    key: str | None
    name: str | None
    reason_id: UUID | None
    reason_key: str | None
    reason: str | None
    deals: int
    deals_share: Ratio | None
    value: Money
    value_share: Ratio | None
    without_amount: int


class ReasonTotals(BaseModel):
    """All deals counted, also those of rows that are left out."""

    deals: int
    value: Money
    without_amount: int


class LossReasonsOut(BaseModel):
    """The table, by interval and part, the most frequent reason first."""

    period: PeriodOut
    as_of: datetime
    outcome: Outcome
    interval: Interval | None
    split_by: Split | None
    currency: str
    totals: ReasonTotals
    items: list[ReasonFigures]
    left_out: int
    definitions: dict[str, DefinitionOut]
