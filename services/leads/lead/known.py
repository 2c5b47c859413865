"""What is known of a lead, and how it goes from one version to the next."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal, Self
from uuid import UUID

from services.leads.person.domain import Way
from services.leads.record.domain import Change, advanced, before_and_after, differing
from services.leads.score_model.question import INPUTS
from shared.contracts.errors import DomainError
from shared.contracts.events.leads_lead import LeadState, LeadStatus, Origin, ScoreState
from shared.contracts.money import Money

TRIAGE = "lead.triage"
"""The kind of agenda entry every new lead gets."""
TRIAGE_AGAIN = "lead.triage_again"
"""The same for a lead that is there already; `record_id` names it."""
REVIEW = "lead.review"
"""The kind of agenda entry every change of a lead gets, whoever changed it; `record_id` names the lead."""
SET_DOWN, TAKEN_UP = "lead.set_down", "lead.taken_up"
"""The kinds of agenda entry a new lead gets when nobody is to work on it any more, or again."""
HANDED_OVER = "lead.handed_over"
"""The kind of agenda entry a lead gets with each new owner: who has it now owes it an answer."""
CONTACTED = "lead.contacted"
"""The kind of agenda entry a lead gets when it is first spoken with."""
CLOCK_STARTED = "response_clock_started"
OPEN: tuple[LeadStatus, ...] = ("new", "contacted", "qualified")
STATUSES: tuple[LeadStatus, ...] = (*OPEN, "disqualified", "converted")
Judge = Literal["member", "rule"]
"""Who put a lead into its category. What a member has set, no rule changes."""
NOT_CONVERTED = "did not convert in the system it was loaded from"
_PUBLIC = tuple(name for name in LeadState.model_fields if name not in ("lead_id", "changed"))


MATERIAL = Decimal("0.02")
"""A score that differs by less, within the same grade, is left as it is."""


class LeadError(DomainError):
    """A rule of leads said no."""


@dataclass(frozen=True, slots=True)
class KnownLead:
    """What is known of a lead, and how a step of it is made.

    `member_fields`: what a member has edited, which the pushing partner may not overwrite.
    """

    id: UUID
    name: str
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    member_fields: tuple[str, ...] = ()
    status: LeadStatus = "new"
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    job_title: str | None = None
    email: str | None = None
    phone: str | None = None
    country: str | None = None
    region: str | None = None
    city: str | None = None
    postal_code: str | None = None
    industry: str | None = None
    employees: int | None = None
    website: str | None = None
    language: str | None = None
    origin: Origin | None = None
    source: str | None = None
    medium: str | None = None
    referrer: str | None = None
    landing_page: str | None = None
    channel: str | None = None
    campaign: str | None = None
    product_interest: str | None = None
    category: str | None = None
    category_by: Judge | None = None
    segment: str | None = None
    segment_by: Judge | None = None
    target_customer: bool | None = None
    do_not_pursue: bool = False
    expected_value: Money | None = None
    do_not_contact: tuple[str, ...] = ()
    preferred_channel: Way | None = None
    tags: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    notes: str | None = None
    score: Decimal | None = None
    score_state: ScoreState = "no_model"
    grade: str | None = None
    fit_points: int | None = None
    engagement_points: int | None = None
    scored_at: datetime | None = None
    score_version: int | None = None
    territory_id: UUID | None = None
    queue_id: UUID | None = None
    queued_at: datetime | None = None
    queue_reason: str | None = None
    leased_by: UUID | None = None
    leased_until: datetime | None = None
    response_due_at: datetime | None = None
    response_breached_at: datetime | None = None
    owner_id: UUID | None = None
    assigned_at: datetime | None = None
    assignment_reason: str | None = None
    partner_id: UUID | None = None
    source_system: str | None = None
    external_id: str | None = None
    duplicate_of: UUID | None = None
    merged_into: UUID | None = None
    first_contact_at: datetime | None = None
    qualified_at: datetime | None = None
    disqualified_at: datetime | None = None
    disqualify_reason: str | None = None
    converted_at: datetime | None = None
    account_id: UUID | None = None
    contact_id: UUID | None = None
    wanted_deal_id: UUID | None = None
    deal_id: UUID | None = None
    archived_at: datetime | None = None

    def check_workable(self) -> None:
        """Refuses when it was put away, or merged into another."""
        if self.archived_at is not None:
            raise LeadError("record_archived", "The lead is archived; restore it first.")
        self._check_not_merged()

    def _check_not_merged(self) -> None:
        winner = self.merged_into
        if winner is not None:
            raise LeadError("record_merged", f"It was merged into {winner}.", extra={"merged_into": winner})

    def _refused(self, wanted: str, code: str) -> LeadError:
        return LeadError(code, f"The lead is {self.status}; it cannot be {wanted}.")

    def _step(
        self,
        kind: type[LeadState],
        now: datetime,
        changes: Mapping[str, Any],
        *,
        what: str | None = None,
        at: datetime | None = None,
        member_fields: tuple[str, ...] | None = None,
        score: Callable[[Self], Mapping[str, Any]] | None = None,
        **beside: Any,
    ) -> Change[Self]:
        if what != "relinked" and "merged_into" not in changes:
            self._check_not_merged()
        after = advanced(self, now, changes)
        judged: Mapping[str, Any] = {}
        if score is not None and not changes.keys().isdisjoint(INPUTS):
            judged = differing(self, score(after))
            after = replace(after, **judged)
        if member_fields is not None and member_fields != self.member_fields:
            after = replace(after, member_fields=member_fields)
        return Change(
            after=after,
            what=what or kind.type.rsplit(".", 1)[1],
            at=at or now,
            fields=before_and_after(self, changes),
            event=kind(**public_state(after), changed=(*changes, *judged), **beside),
        )


def public_state(lead: "KnownLead") -> dict[str, Any]:
    """What others may know of the lead: nothing personal."""
    return {"lead_id": lead.id, **{name: getattr(lead, name) for name in _PUBLIC}}
