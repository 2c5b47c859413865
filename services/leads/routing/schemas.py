"""Bodies and answers of routing."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from services.leads.record.schemas import Reason, Strict
from services.leads.routing.domain import How, Outcome
from shared.contracts.instants import Instant
from shared.web.batch import MOST_ITEMS


class Assign(Strict):
    """The new owner, and why, which must be said of one who has as much as may be; without an owner, routing
    decides."""

    owner_id: UUID | None = None
    reason: Reason | None = None


class AssignItem(Assign):
    """One lead of a batch."""

    lead_id: UUID


class AssignBatch(Strict):
    """Either `items`, each with its own owner where wanted, or `leads` for routing to decide."""

    items: Annotated[tuple[AssignItem, ...], Field(max_length=MOST_ITEMS)] = ()
    leads: Annotated[tuple[UUID, ...], Field(max_length=MOST_ITEMS)] = ()

    @model_validator(mode="after")
    def _one_of_them(self) -> "AssignBatch":
        if bool(self.items) == bool(self.leads):
            raise ValueError("give items or leads, one of them, with at least one lead")
        return self

    def asked(self) -> list[AssignItem]:
        """The items, in order."""
        return list(self.items) or [AssignItem(lead_id=lead_id) for lead_id in self.leads]


class AssignResult(BaseModel):
    """What became of one lead. `outcome`, `owner_id`, `queue_id`, `reason`: the decision; `problem` when it
    was rejected."""

    index: int
    status: Literal["updated", "unchanged", "rejected"]
    id: UUID
    outcome: Outcome | None = None
    owner_id: UUID | None = None
    queue_id: UUID | None = None
    reason: str | None = None
    problem: dict[str, Any] | None = None


class AssignBatchOut(BaseModel):
    """One result for each lead, in the order they were sent."""

    items: list[AssignResult]


class CandidateOut(BaseModel):
    """A member a rule could have chosen. `result`: chosen, waiting (eligible, later in the line), or what
    kept it from the lead, in full in `why`. `turn`: its place in the line before; `skill_score`: 0 to 1."""

    member_id: UUID
    result: str
    why: str | None = None
    turn: int | None = None
    skill_score: float | None = None


class RuleTried(BaseModel):
    """A rule that was asked, in its version then. `counts` counts all candidates, `candidates` lists 50."""

    rule_id: UUID | None
    name: str
    version: int | None = None
    result: Literal["chosen", "queued", "excluded", "not_matching", "nobody_eligible", "failed"]
    why: str | None = None
    counts: dict[str, int] = Field(default_factory=dict)
    candidates: list[CandidateOut] = Field(default_factory=list)


class RoutingOut(BaseModel):
    """One decision about a lead. `by`: the member who decided or asked, or `system`. `over_capacity`: what
    the member had already, who got the lead for the `reason` all the same."""

    at: datetime
    how: How
    outcome: Outcome
    member_id: UUID | None
    queue_id: UUID | None
    territory_id: UUID | None
    rule_id: UUID | None
    skill_score: float | None
    reason: str
    by: str
    rules: list[RuleTried]
    previous_owner_id: UUID | None = None
    territory: str | None = None
    over_capacity: str | None = None


class RoutingHistory(BaseModel):
    """`latest` is the newest decision about the lead, null when there was none; `items` the newest first."""

    latest: RoutingOut | None
    items: list[RoutingOut]


def routing_out(trace: dict[str, Any]) -> dict[str, Any]:
    """A stored trace as it is shown."""
    details = trace["details"]
    kept = {name: value for name, value in trace.items() if name not in ("details", "id")}
    return RoutingOut(**kept, **details).model_dump(mode="json")


class Simulate(Strict):
    """A lead that is here, or the fields of one that is not. `at`: when it comes up; now unless given."""

    lead_id: UUID | None = None
    lead: dict[str, Any] | None = None
    at: Instant | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> "Simulate":
        if (self.lead_id is None) == (self.lead is None):
            raise ValueError("give lead_id or lead, one of them")
        return self
