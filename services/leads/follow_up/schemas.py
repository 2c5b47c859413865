"""Bodies and answers of reminder rules and of the punctuality of follow-ups."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, StringConstraints

from services.leads.follow_up.domain import ReminderRule
from services.leads.record.schemas import Strict
from shared.contracts.events.leads_activity import ActivityType
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio

_Minutes = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]
_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
_After = Annotated[Decimal, Field(ge=Decimal("0.01"), le=525_600, decimal_places=4)]
_Condition = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
Counted = Literal["business", "always"]
GroupBy = Literal["owner", "team"]


class RuleCreate(Strict):
    """`after_minutes` from the first contact, in working time (`business`) or around the clock (`always`)."""

    name: _Name
    type: ActivityType
    subject: _Name
    after_minutes: _After
    counted: Counted = "business"
    condition: _Condition | None = None
    active: bool = True


class RulePatch(Strict):
    """A merge patch: what is named changes; `condition` may be null."""

    name: _Name = ""
    type: ActivityType = "task"
    subject: _Name = ""
    after_minutes: _After = Decimal(1)
    counted: Counted = "business"
    condition: _Condition | None = None
    active: bool = True


class RuleOut(BaseModel):
    """A reminder rule."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    name: str
    type: ActivityType
    subject: str
    after_minutes: _Minutes
    counted: Counted
    condition: str | None
    active: bool
    archived_at: datetime | None
    created_at: datetime
    updated_at: datetime


def rule_out(rule: ReminderRule) -> dict[str, Any]:
    """The answer for one rule, ready for JSON."""
    return RuleOut.model_validate(rule).model_dump(mode="json")


class FollowUpFigures(BaseModel):
    """Follow-ups that fell due, and those of them done by then. `punctuality` is null when none was due."""

    due: int
    done_in_time: int
    done_late: int
    open: int
    punctuality: Ratio | None


class FollowUpGroup(FollowUpFigures):
    """One owner or team; `key` null: follow-ups without one."""

    key: str | None


class FollowUps(FollowUpFigures):
    """How punctually what was planned is done."""

    period: PeriodOut
    group_by: GroupBy | None
    groups: list[FollowUpGroup]
    groups_left_out: int
    definitions: dict[str, DefinitionOut]
