"""Submissions as they come and go."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from services.forecast.node.domain import PeopleKind
from services.forecast.submission.domain import FrozenFigure, Submission
from shared.contracts.events.forecast_submission import SubmissionStatus
from shared.contracts.money import Money
from shared.reporting.figures import money, ratio
from shared.reporting.schemas import DefinitionOut, Ratio


def _blank_is_null(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


Note = Annotated[
    Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] | None,
    BeforeValidator(_blank_is_null),
]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class WordsIn(BaseModel):
    """`stated`: what will have been closed by the end of the period, where that is not the figure of commit
    as it stands; another currency is converted at today's rate."""

    model_config = ConfigDict(extra="forbid")

    stated: Money | None = None
    note: Note = None
    status: Literal["draft", "submitted"] = "submitted"


class SubmissionIn(WordsIn):
    """Without `team_id` and `owner_id`: of what the caller answers for (own deals, own team, everything)."""

    period: str = Field(max_length=20, examples=["2027-Q1"], description="As for the forecast, by name.")
    team_id: UUID | None = None
    owner_id: UUID | None = None


class ReasonIn(BaseModel):
    """Why."""

    model_config = ConfigDict(extra="forbid")

    reason: Reason


class FrozenFigureOut(BaseModel):
    """From the deals alone; as the node's owner saw it; with the adjustments from above."""

    computed: Money
    adjusted: Money
    forecast_amount: Money


class FrozenFiguresOut(BaseModel):
    """Each figure of a roll-up when it was handed in."""

    closed: FrozenFigureOut
    commit: FrozenFigureOut
    most_likely: FrozenFigureOut
    best_case: FrozenFigureOut
    open_pipeline: FrozenFigureOut


class TeamThenOut(BaseModel):
    team_id: UUID
    name: str


class StageThenOut(BaseModel):
    """Deals of a stage in its category then: those expected to close in the period, and those won."""

    pipeline_id: UUID
    stage_id: UUID
    stage: str
    forecast_category: str
    deals: int
    amount: Money


class CalendarThenOut(BaseModel):
    time_zone: str
    fiscal_year_start_month: int
    working_days: list[int]


class FrozenOut(BaseModel):
    """All it rested on when it was handed in. `teams`: the teams above, the highest first, a team last."""

    at: datetime
    cumulative: FrozenFiguresOut
    single: FrozenFiguresOut
    teams: list[TeamThenOut]
    stages: list[StageThenOut]
    calendar: CalendarThenOut


class SubmissionOut(BaseModel):
    """`number`: what was foretold to be closed: `stated`, else `adjusted`. `computed`, `adjusted`: commit
    with what was closed, from the deals alone and as the node's owner adjusted it. `of_present_calendar`:
    whether the period's name still means these days. `late`: handed in after `due_at`."""

    id: UUID
    period: str
    starts_on: date
    ends_on: date
    of_present_calendar: bool
    kind: PeopleKind
    team_id: UUID | None
    owner_id: UUID | None
    name: str | None
    status: SubmissionStatus
    number: Money
    computed: Money
    adjusted: Money
    stated: Money | None
    note: str | None
    author_id: UUID | None
    submitted_at: datetime | None
    due_at: datetime | None
    locks_at: datetime
    late: bool
    reviewer_id: UUID | None
    reviewed_at: datetime | None
    reason: str | None
    reminded_at: datetime | None
    overdue_at: datetime | None
    locked_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int


class MovedOut(BaseModel):
    """A figure as its owner saw it when it was handed in and sees it now; `stale` beyond the limit."""

    then: Money
    now: Money
    by: Money
    stale: bool


class MovedFiguresOut(BaseModel):
    closed: MovedOut
    commit: MovedOut
    most_likely: MovedOut
    best_case: MovedOut
    open_pipeline: MovedOut


class ErrorOut(BaseModel):
    """How far off: actual minus foretold, and that share of the actual amount."""

    amount: Money
    error: Money
    error_ratio: Ratio | None


class AgainstActualOut(BaseModel):
    """`state` is final once the period is over. `actual`: what was closed in its days by whose deals they
    were when it was handed in."""

    state: Literal["open", "final"]
    actual: Money
    number: ErrorOut
    computed: ErrorOut
    adjusted: ErrorOut


class SubmissionWholeOut(SubmissionOut):
    """`stale` and `moved` are null when there is nothing to compare with any more: the period is over or one
    of another calendar, or the team or member is gone."""

    frozen: FrozenOut
    stale: bool | None
    moved: MovedFiguresOut | None
    comparison: AgainstActualOut
    definitions: dict[str, DefinitionOut]


class SubmissionChangeOut(BaseModel):
    """What was done, by whom (null for the clock), and the submission after it."""

    what: str
    actor_id: UUID | None
    submission: SubmissionOut


class SubmissionHistoryOut(BaseModel):
    """Every state, the oldest first."""

    items: list[SubmissionChangeOut]


_PLAIN = (
    *("id", "status", "note", "author_id", "submitted_at", "due_at", "locks_at", "late", "reviewer_id"),
    *("reviewed_at", "reason", "reminded_at", "overdue_at", "locked_at", "created_at", "updated_at"),
    "version",
)


def submission_fields(state: Submission, *, of_present_calendar: bool) -> dict[str, Any]:
    """For `SubmissionOut`."""
    period, node, frozen = state.period, state.node, state.frozen
    currency = frozen.currency
    return {
        **{name: getattr(state, name) for name in _PLAIN},
        "period": period.name,
        "starts_on": period.starts_on,
        "ends_on": period.ends_on,
        "of_present_calendar": of_present_calendar,
        "kind": node.kind,
        "team_id": node.team_id,
        "owner_id": node.owner_id,
        "name": frozen.teams[-1].name if node.kind == "team" and frozen.teams else None,
        "number": money(state.number, currency),
        "computed": money(frozen.commit.calculated, currency),
        "adjusted": money(frozen.commit.adjusted, currency),
        "stated": None if state.stated is None else state.stated.amount,
    }


def frozen_out(state: Submission) -> FrozenOut:
    """What it rested on."""
    frozen = state.frozen
    figures = {
        rollup: {figure: _figure(each, frozen.currency) for figure, each in those.items()}
        for rollup, those in frozen.figures.items()
    }
    return FrozenOut.model_validate(
        {
            "at": frozen.at,
            **figures,
            "teams": [{"team_id": team.id, "name": team.name} for team in frozen.teams],
            "stages": [
                {
                    **{name: getattr(each, name) for name in ("pipeline_id", "stage_id", "stage", "deals")},
                    "forecast_category": each.category,
                    "amount": money(each.amount, frozen.currency),
                }
                for each in frozen.stages
            ],
            "calendar": {name: getattr(frozen, name) for name in CalendarThenOut.model_fields},
        }
    )


def error_out(foretold: Decimal, actual: Decimal, currency: str) -> ErrorOut:
    """Actual minus foretold, as an amount and as a share of the actual."""
    error = actual - foretold
    return ErrorOut(
        amount=money(foretold, currency), error=money(error, currency), error_ratio=ratio(error, actual)
    )


def _figure(each: FrozenFigure, currency: str) -> dict[str, Money]:
    amounts = (each.calculated, each.adjusted, each.forecast_amount)
    names = FrozenFigureOut.model_fields
    return {name: money(amount, currency) for name, amount in zip(names, amounts, strict=True)}
