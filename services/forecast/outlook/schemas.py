"""What `GET /v1/forecast` answers."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.forecast.outlook.domain import BUCKETS, Bucket, GroupBy, Rollup
from services.forecast.prediction.domain.run import State
from services.forecast.rollup.domain import RatesOf
from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio


class DealCountsOut(BaseModel):
    """How many deals are in each figure."""

    closed: int
    commit: int
    most_likely: int
    best_case: int
    open_pipeline: int


class FiguresOut(BaseModel):
    """Amounts in the currency asked for. Ratios are null when there is nothing to divide by."""

    closed: Money
    commit: Money
    most_likely: Money
    best_case: Money
    open_pipeline: Money
    weighted: Money
    deals: DealCountsOut
    unweighted_deals: int
    deals_without_amount: int
    undated_deals: int
    target: Money | None
    gap_to_target: Money | None
    attainment: Ratio | None
    coverage: Ratio | None
    needed_per_working_day: Money | None
    p10: Money | None = None
    p50: Money | None = None
    p90: Money | None = None


class GroupOut(FiguresOut):
    """Of these up to `week` only the one grouped by is there; null in it: nobody, no team, no product."""

    owner_id: UUID | None = None
    team_id: UUID | None = None
    product_id: UUID | None = None
    product_family: str | None = None
    territory_id: UUID | None = None
    pipeline_id: UUID | None = None
    stage_id: UUID | None = None
    source: str | None = None
    month: str | None = Field(default=None, examples=["2027-03"])
    week: str | None = Field(default=None, examples=["2027-W09"])
    category: Bucket | None = Field(default=None, description=f"One of {', '.join(BUCKETS)}.")
    name: str | None = Field(default=None, description="Of a team, product, territory or stage, where known.")


class ForecastOut(FiguresOut):
    """`as_of`: the business instant shown. `known_at`: what was told later is left out; null: nothing is.
    `groups` add up to the figures above."""

    period: PeriodOut
    as_of: datetime
    known_at: datetime | None
    currency: str
    rates: RatesOf
    rollup: Rollup
    group_by: GroupBy | None
    groups: list[GroupOut]
    groups_left_out: int
    working_days_left: int
    last_event_at: datetime | None
    state: State | None = Field(
        description="Of `p10`, `p50`, `p90`: with `insufficient_history` they are null, and "
        "`GET /v1/forecast/prediction` says what is missing; null where nothing is foretold: predictions "
        "tell deals apart by owner, team, product and its family, in the organisation's currency."
    )
    definitions: dict[str, DefinitionOut]
