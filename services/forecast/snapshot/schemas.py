"""Snapshots as they come and go."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.forecast.adjustment.domain import Standing
from services.forecast.node.domain import NODE_FIELDS, Side
from services.forecast.outlook.domain import Figure, Rollup
from services.forecast.outlook.schemas import DealCountsOut
from services.forecast.submission.domain import Submission
from services.forecast.submission.schemas import submission_fields
from shared.contracts.events.forecast_snapshot import SnapshotKind
from shared.contracts.events.forecast_submission import SubmissionStatus
from shared.contracts.money import Money
from shared.reporting.figures import money
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

    `day` begins at `taken_at`, and `periods` begin with it. `taken_late`: more than an hour after `taken_at`.
    Teams are those of `taken_at`. `currency`, `time_zone`, `fiscal_year_start_month`: those of `made_at`.
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


class StoodAdjustmentOut(BaseModel):
    """An adjustment as it stood: `amount` instead of the figure, which was `replaced` when it was made."""

    id: UUID
    team_id: UUID | None
    owner_id: UUID | None
    territory_id: UUID | None
    product_family: str | None
    product_id: UUID | None
    figure: Figure
    side: Side
    amount: Money
    base_amount: Money
    replaced: Money
    note: str | None
    author_id: UUID | None
    at: datetime
    version: int


class StoodSubmissionOut(BaseModel):
    """A submission as it stood; every deadline has its own."""

    id: UUID
    team_id: UUID | None
    owner_id: UUID | None
    status: SubmissionStatus
    number: Money
    computed: Money
    adjusted: Money
    stated: Money | None
    note: str | None
    author_id: UUID | None
    due_at: datetime | None
    submitted_at: datetime | None
    late: bool
    version: int


class SnapshotJudgementOut(BaseModel):
    """What people had said by `taken_at`, the newest first."""

    snapshot_id: UUID
    taken_at: datetime
    period: PeriodOut
    currency: str
    rollup: Rollup
    adjustments: list[StoodAdjustmentOut]
    adjustments_left_out: int
    submissions: list[StoodSubmissionOut]
    submissions_left_out: int
    definitions: dict[str, DefinitionOut]


def adjustment_stood(each: Standing, currency: str) -> StoodAdjustmentOut:
    """Amounts in base currency of then, but the one that was typed."""
    plain = ("id", "figure", "side", "amount", "note", "author_id", "at", "version")
    return StoodAdjustmentOut(
        **{name: getattr(each, name) for name in plain},
        **{name: getattr(each.node, name) for name in NODE_FIELDS},
        base_amount=money(each.base_amount, currency),
        replaced=money(each.replaced, currency),
    )


def submission_stood(each: Submission) -> StoodSubmissionOut:
    """As the list of submissions shows it."""
    fields = submission_fields(each, of_present_calendar=True)
    return StoodSubmissionOut(**{name: fields[name] for name in StoodSubmissionOut.model_fields})
