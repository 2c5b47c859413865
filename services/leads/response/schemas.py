"""Bodies and answers of policies, clocks and figures of the first response."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, StringConstraints

from services.leads.record.schemas import Strict
from services.leads.response.domain import Counted, OnAbsence, OnBreach, Outcome, ResponsePolicy
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio

Minutes = Annotated[Decimal, PlainSerializer(float, return_type=float, when_used="json")]
_Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
_Minutes = Annotated[Decimal, Field(ge=Decimal("0.01"), le=525_600, decimal_places=4)]
_Condition = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1000)]
_Position = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]
_Times = Annotated[int, Field(strict=True, ge=1, le=20)]


class PolicyCreate(Strict):
    """`minutes` may be a fraction: 0.5 is half a minute. Policies are asked by `position`, then by age."""

    name: _Name
    minutes: _Minutes
    position: _Position = 100
    condition: _Condition | None = None
    counted: Counted = "business"
    warn_before: _Minutes | None = None
    on_breach: OnBreach = "notify"
    max_reassignments: _Times = 1
    on_absence: OnAbsence = "keep"
    active: bool = True


class PolicyPatch(Strict):
    """A merge patch: what is named changes; `condition` and `warn_before` may be null."""

    name: _Name = ""
    minutes: _Minutes = Decimal(1)
    position: _Position = 0
    condition: _Condition | None = None
    counted: Counted = "business"
    warn_before: _Minutes | None = None
    on_breach: OnBreach = "notify"
    max_reassignments: _Times = 1
    on_absence: OnAbsence = "keep"
    active: bool = True


class PolicyOut(BaseModel):
    """A policy. `counted`: `business` minutes or all (`always`)."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    name: str
    position: int
    condition: str | None
    minutes: Minutes
    counted: Counted
    warn_before: Minutes | None
    on_breach: OnBreach
    max_reassignments: int
    on_absence: OnAbsence
    active: bool
    archived_at: datetime | None
    created_at: datetime
    updated_at: datetime


def policy_out(policy: ResponsePolicy) -> dict[str, Any]:
    """The answer for one policy, ready for JSON."""
    return PolicyOut.model_validate(policy).model_dump(mode="json")


class ClockOut(BaseModel):
    """One owner's time for the first contact. `outcome` null: it runs; `replaced`: the lead got another owner
    before; `ended`: the lead was decided, merged, put away or not to be pursued any more, without a
    contact."""

    policy_id: UUID
    policy: str
    owner_id: UUID | None
    started_at: datetime
    due_at: datetime
    reassignments: int
    outcome: Outcome | None
    answered_at: datetime | None


class ResponseOut(BaseModel):
    """Where a lead stands with its first response. `response_met`: the first contact was in time; null while
    nobody owed one or it is still open and not due."""

    lead_id: UUID
    response_due_at: datetime | None
    response_breached_at: datetime | None
    first_contact_at: datetime | None
    response_met: bool | None
    minutes: Minutes | None
    business_minutes: Minutes | None
    clocks: list[ClockOut]


class OverdueOut(BaseModel):
    """A lead nobody has spoken with although it was due. Minutes are of real time, by now."""

    id: UUID
    name: str
    company: str | None
    owner_id: UUID | None
    source: str | None
    partner_id: UUID | None
    channel: str | None
    grade: str | None
    created_at: datetime
    response_due_at: datetime
    response_breached_at: datetime | None
    waiting_minutes: Minutes
    overdue_minutes: Minutes


GroupBy = Literal["owner", "source", "partner", "channel", "team"]


class SpeedFigures(BaseModel):
    """Minutes are null and `state` is `insufficient_history` with fewer than five contacted leads."""

    received: int
    contacted: int
    state: Literal["ok", "insufficient_history"]
    median_minutes: Minutes | None
    p90_minutes: Minutes | None
    median_business_minutes: Minutes | None
    p90_business_minutes: Minutes | None
    due: int
    met: int
    breached: int
    met_share: Ratio | None


class SpeedGroup(SpeedFigures):
    """One owner, source, partner, channel or team; `key` null: leads without one."""

    model_config = ConfigDict(populate_by_name=True)

    key: str | None


class SpeedToLead(SpeedFigures):
    """How quickly new leads were spoken with."""

    period: PeriodOut
    group_by: GroupBy | None
    groups: list[SpeedGroup]
    groups_left_out: int
    definitions: dict[str, DefinitionOut]
