"""Plans of steps, and what became of each step for a lead."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from services.leads.lead.domain import OPEN, Lead
from shared.contracts.events.leads_activity import ActivityType
from shared.contracts.ids import new_id
from shared.contracts.periods import Calendar

STEP = "nurture.step"
"""The kind of agenda entry that makes a step's activity."""
StepState = Literal["planned", "created", "cancelled"]
Progress = Literal["planned", "created", "done", "cancelled"]


@dataclass(frozen=True, slots=True)
class Plan:
    """`steps`: type, subject, script, days, hours and working_days of each, in order."""

    id: UUID
    name: str
    category: str
    steps: Sequence[Mapping[str, Any]]
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    active: bool = True
    archived_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A lead going through a plan as it was when it began; over when `ended_at` is set."""

    id: UUID
    lead_id: UUID
    plan_id: UUID
    plan_version: int
    category: str
    started_at: datetime
    ended_at: datetime | None = None
    ended_why: str | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an enrolment: the activity `activity_id` once it is due."""

    id: UUID
    enrolment_id: UUID
    lead_id: UUID
    position: int
    type: ActivityType
    subject: str
    script: str | None
    due_at: datetime
    state: StepState = "planned"
    activity_id: UUID | None = None
    settled_at: datetime | None = None
    why: str | None = None


def enrol(lead: Lead, plan: Plan, calendar: Calendar, *, now: datetime) -> tuple[Enrolment, list[Step]]:
    """The lead begins the plan now; every step counts from now."""
    enrolment = Enrolment(new_id(), lead.id, plan.id, plan.version, plan.category, now)
    steps = [
        Step(
            id=new_id(),
            enrolment_id=enrolment.id,
            lead_id=lead.id,
            position=position,
            type=step["type"],
            subject=step["subject"],
            script=step.get("script"),
            due_at=due_at(step, now, calendar),
        )
        for position, step in enumerate(plan.steps, 1)
    ]
    return enrolment, steps


def due_at(step: Mapping[str, Any], start: datetime, calendar: Calendar) -> datetime:
    """`days` (of the organisation's working days, where the step says so) and `hours` after the start.

    The time of day stays on the organisation's clock when days are working days.
    """
    days, hours = int(step.get("days", 0)), timedelta(hours=int(step.get("hours", 0)))
    if not step.get("working_days"):
        return start + timedelta(days=days) + hours
    today = calendar.local_date(start)
    later = _working_days_after(today, days, calendar.working_days)
    return calendar.start_of(later) + (start - calendar.start_of(today)) + hours


def why_over(lead: Lead, enrolment: Enrolment) -> str | None:
    """Why the lead is nurtured no more; None when it still is."""
    if lead.merged_into is not None:
        return "the lead was merged into another"
    if lead.archived_at is not None:
        return "the lead was archived"
    if lead.status not in OPEN:
        return f"the lead is {lead.status}"
    if lead.do_not_pursue:
        return "the lead is not to be pursued"
    return None if lead.category == enrolment.category else "the lead left the category"


def _working_days_after(day: date, count: int, working: Collection[int]) -> date:
    """That many working days later; 0 answers the day or the next working day."""
    if not working:
        return day + timedelta(days=count)
    while True:
        if day.isoweekday() in working:
            if count == 0:
                return day
            count -= 1
        day += timedelta(days=1)
