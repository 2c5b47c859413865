"""Answers about late stages, stale deals and punctuality."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field
from sqlalchemy import Row

from services.pipeline.deal.schemas import TouchOut
from shared.contracts.events.pipeline_deal import DealStatus
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio
from shared.working_time.domain import WorkingTime

GroupBy = Literal["stage", "owner", "pipeline"]
Reason = Literal["rotten", "stage_overdue", "overdue", "no_next_step"]


class LateStageOut(BaseModel):
    """A stage that was not done by `due_at` (`late`), or that was jumped over (`skipped`).

    `business_days_late`: working days from then until it was left, or now. `accountable_id`: the supervisor
    of the stage, or without one the nearest manager above the owner.
    """

    id: str
    state: Literal["late", "skipped"]
    at: datetime
    deal_id: UUID
    deal: str
    status: DealStatus
    owner_id: UUID | None
    pipeline_id: UUID
    stage_id: UUID
    stage: str
    entered_at: datetime | None
    left_at: datetime | None
    due_at: datetime | None
    business_days_late: float | None
    accountable_id: UUID | None


class StaleDealOut(BaseModel):
    """Where a running deal stands against its norms. `business_days_*`: working days, rounded to 4 decimals.

    `has_next_step`: something is written as its next step, or an activity is planned.
    """

    id: UUID
    name: str
    owner_id: UUID | None
    account_id: UUID | None
    pipeline_id: UUID
    stage_id: UUID
    stage: str
    reasons: list[Reason]
    last_activity_at: datetime | None
    touched_at: datetime | None
    last_touch: TouchOut | None
    business_days_silent: float | None
    rotting_days: int | None
    rotten_at: datetime | None
    has_next_step: bool
    next_step: str | None
    next_step_at: Annotated[datetime | None, Field(description="Or for when the last activity is planned.")]
    stage_entered_at: datetime
    days_in_stage: float
    business_days_in_stage: float
    target_days: int | None
    due_at: datetime | None
    expected_close: date | None


class PunctualityFigures(BaseModel):
    """`definitions` of the whole say what each figure is."""

    due: int
    met: int
    late: int
    running: int
    on_time_rate: Ratio | None


class PunctualityGroup(PunctualityFigures):
    """`key`: the id of the stage, the owner or the pipeline; null for deals nobody owns."""

    key: str | None


class StageOnTime(PunctualityFigures):
    """How many stages due in the period were done in time, in all and by group, the largest first."""

    period: PeriodOut
    group_by: GroupBy | None
    groups: list[PunctualityGroup]
    groups_left_out: int
    definitions: dict[str, DefinitionOut]


def late_stage_out(
    working: WorkingTime, managers: Mapping[UUID, UUID], now: datetime
) -> Callable[[Row[Any]], dict[str, Any]]:
    """Makes an item of a row."""

    def shown(row: Row[Any]) -> dict[str, Any]:
        each = row._mapping
        late = each["due_at"] and working.days_between(each["due_at"], each["left_at"] or now)
        owner = each["owner_id"]
        return {
            **each,
            "business_days_late": None if late is None else round(late, 4),
            "accountable_id": each["supervisor_id"] or (owner and managers.get(owner)),
        }

    return shown


def stale_deal_out(working: WorkingTime, now: datetime) -> Callable[[Row[Any]], dict[str, Any]]:
    """Makes an item of a row."""

    def shown(row: Row[Any]) -> dict[str, Any]:
        each = row._mapping
        entered, touched = each["stage_entered_at"], each["touched_at"]
        return {
            **each,
            "reasons": _reasons(dict(each)),
            "last_touch": touched
            and {"kind": each["touched_kind"], "id": each["touched_id"], "by": each["touched_by"]},
            "business_days_silent": touched and round(working.days_between(touched, now), 4),
            "next_step_at": each["next_step_at"] or each["planned_at"],
            "days_in_stage": round((now - entered) / timedelta(days=1), 4),
            "business_days_in_stage": round(working.days_between(entered, now), 4),
        }

    return shown


def _reasons(each: Mapping[str, Any]) -> list[Reason]:
    said: dict[Reason, bool] = {
        "rotten": each["rotten_at"] is not None,
        "stage_overdue": each["overdue_at"] is not None,
        "overdue": each["close_overdue_at"] is not None,
        "no_next_step": not each["has_next_step"],
    }
    return [reason for reason, holds in said.items() if holds]
