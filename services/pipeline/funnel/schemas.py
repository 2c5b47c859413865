"""What `GET /v1/funnel` answers."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, Field, PlainSerializer

from services.pipeline.deal_report.schemas import GroupBy
from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio

Basis = Literal["cohort", "period"]
Days = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]


class FunnelStageOut(BaseModel):
    """One stage. entered = moved_on + lost + still_there + went_back, each deal once."""

    pipeline_id: UUID
    pipeline: str
    stage_id: UUID
    stage: str
    position: Annotated[int, Field(description="From 1, as the stages stand in their pipeline.")]
    entered: int
    jumped_over: int
    moved_on: int
    lost: int
    still_there: int
    went_back: int
    entered_next: int
    conversion: Ratio | None
    moved_on_share: Ratio | None
    cumulative_conversion: Ratio | None
    returned: int
    reopened: int
    stays: int
    days_mean: Days | None
    days_median: Days | None
    value: Money
    lost_value: Money
    still_there_value: Money


class FunnelTotals(BaseModel):
    """All deals counted: deals = open + won + lost."""

    deals: int
    open: int
    won: int
    lost: int
    won_share: Ratio | None
    without_amount: int
    value: Money
    open_value: Money
    won_value: Money
    lost_value: Money


class FunnelGroup(BaseModel):
    """One part of the split; `key` null: the deals that have none."""

    key: str | None
    totals: FunnelTotals
    stages: list[FunnelStageOut]


class FunnelOut(BaseModel):
    """The funnel of each pipeline, stage by stage in order; the counts of `groups` add up to it."""

    period: PeriodOut
    basis: Basis
    as_of: datetime
    currency: str
    group_by: GroupBy | None
    totals: FunnelTotals
    stages: list[FunnelStageOut]
    groups: list[FunnelGroup]
    groups_left_out: int
    definitions: dict[str, DefinitionOut]
