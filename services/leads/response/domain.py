"""Until when a new lead is owed a first contact: policies, and the clocks that run by them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID

from services.leads.expression.domain import Facts, compile_expression, holds
from services.leads.lead.domain import Lead
from shared.contracts.errors import DomainError, FieldError
from shared.working_time.domain import WorkingTime

WARNING = "lead.response_warning"
DUE = "lead.response_due"

Counted = Literal["business", "always"]
OnBreach = Literal["notify", "reassign"]
OnAbsence = Literal["keep", "reassign"]
Outcome = Literal["met", "breached", "replaced", "ended"]
OUTCOMES: tuple[Outcome, ...] = ("met", "breached", "replaced", "ended")


class PolicyError(DomainError):
    """A policy that cannot be."""


@dataclass(frozen=True, slots=True)
class ResponsePolicy:
    """A first contact is due `minutes` after the lead came to whoever has it; the first policy that fits
    counts.

    `counted`: business minutes are those of the organisation's working time. `warn_before`: so many minutes
    before it is due, counted alike. `condition`: an expression over the lead; None fits every lead.
    `on_absence`: what becomes of leads whose clock runs when their owner's absence begins.
    """

    id: UUID
    name: str
    created_at: datetime
    updated_at: datetime
    position: int
    minutes: Decimal
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    condition: str | None = None
    counted: Counted = "business"
    warn_before: Decimal | None = None
    on_breach: OnBreach = "notify"
    max_reassignments: int = 1
    on_absence: OnAbsence = "keep"
    active: bool = True
    archived_at: datetime | None = None

    def check(self) -> None:
        """Refuses a faulty condition, and a warning that does not come before the deadline."""
        if self.condition is not None:
            compile_expression(self.condition, pointer="/condition", wanted="condition")
        if self.warn_before is not None and self.warn_before >= self.minutes:
            detail = "The warning comes before the deadline: less than `minutes`."
            raise PolicyError("validation_failed", detail, [FieldError("/warn_before", "too_large", detail)])

    def fits(self, facts: Facts) -> bool:
        """Whether it is for this lead. A condition that fails for it is not."""
        return self.condition is None or holds(compile_expression(self.condition), facts) is True

    def reassigns(self, times: int) -> bool:
        """Whether a lead that was taken from somebody so often is given to another once more."""
        return self.on_breach == "reassign" and times < self.max_reassignments

    def start(
        self,
        lead: Lead,
        working: WorkingTime,
        *,
        clock_id: UUID,
        since: datetime | None = None,
        reassignments: int = 0,
    ) -> "Clock":
        """The clock of this lead, from when it came to whoever has it, unless `since` says otherwise."""
        since = since or lead.assigned_at or lead.created_at
        return Clock(
            id=clock_id,
            lead_id=lead.id,
            policy_id=self.id,
            owner_id=lead.owner_id,
            started_at=since,
            due_at=self._after(since, self.minutes, working),
            warn_at=None
            if self.warn_before is None
            else self._after(since, self.minutes - self.warn_before, working),
            reassignments=reassignments,
        )

    def _after(self, since: datetime, minutes: Decimal, working: WorkingTime) -> datetime:
        if self.counted == "always" or working.never_open:
            return since + timedelta(minutes=float(minutes))
        return working.add(since, float(minutes))


@dataclass(frozen=True, slots=True)
class Clock:
    """One owner's time for the first contact with one lead. `reassignments`: how often it was taken from
    somebody before, because it had run out."""

    id: UUID
    lead_id: UUID
    policy_id: UUID
    owner_id: UUID | None
    started_at: datetime
    due_at: datetime
    warn_at: datetime | None = None
    reassignments: int = 0


def first_fitting(policies: Sequence[ResponsePolicy], facts: Facts) -> ResponsePolicy | None:
    """Policies come in their order."""
    return next((policy for policy in policies if policy.fits(facts)), None)


def outcome_when_due(lead: Lead) -> Outcome:
    """What became of a clock that has run out."""
    if lead.owes_response or lead.was_answered_late:
        return "breached"
    return "ended" if lead.first_contact_at is None else "met"
