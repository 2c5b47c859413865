"""Snapshots as they come and go."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.forecast.outlook.schemas import DealCountsOut
from shared.contracts.events.forecast_snapshot import SnapshotKind
from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, PeriodOut


class SnapshotIn(BaseModel):
    """What is to be called how; the instant is that of the request."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)] = Field(
        examples=["Before the board meeting"]
    )
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)] | None = None


class SnapshotOut(BaseModel):
    """How the forecast stood at `taken_at`, as far as it was known then; frozen at `made_at`.

    `day` begins at `taken_at`, and `periods` begin with it. `taken_late`: more than an hour after `taken_at`;
    teams are then those of `made_at`. `currency`, `time_zone`, `fiscal_year_start_month`: those of then.
    """

    id: UUID
    kind: SnapshotKind
    name: str
    note: str | None
    taken_at: datetime
    made_at: datetime
    taken_late: bool
    day: date | None
    periods: list[str]
    currency: str
    time_zone: str
    fiscal_year_start_month: int
    asked_by: UUID | None


class FrozenFiguresOut(BaseModel):
    """Amounts in the currency of then, by the categories of then."""

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


class FrozenGroupOut(FrozenFiguresOut):
    """Of the first five only the one grouped by is there; null in it: nobody, no team, no product."""

    owner_id: UUID | None = None
    team_id: UUID | None = None
    product_id: UUID | None = None
    category: str | None = None
    month: date | None = Field(default=None, description="Its first day.")


class SnapshotFiguresOut(FrozenFiguresOut):
    """`groups` add up to the figures above."""

    snapshot_id: UUID
    taken_at: datetime
    period: PeriodOut
    currency: str
    group_by: str | None
    groups: list[FrozenGroupOut]
    groups_left_out: int
    definitions: dict[str, DefinitionOut]
