"""What may happen to a lead. Every rule answers the step it makes, or refuses with a stable code."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from services.leads.lead.answering import Answered
from services.leads.lead.ending import Ended
from services.leads.lead.joining import Joined
from services.leads.lead.judging import Judged
from services.leads.lead.known import (
    CLOCK_STARTED,
    CONTACTED,
    HANDED_OVER,
    MATERIAL,
    NOT_CONVERTED,
    OPEN,
    REVIEW,
    SET_DOWN,
    STATUSES,
    TAKEN_UP,
    TRIAGE,
    TRIAGE_AGAIN,
    Judge,
    LeadError,
    public_state,
)
from services.leads.lead.owning import Owned
from services.leads.person.domain import full_name
from services.leads.record.domain import Change, differing
from services.leads.touch.domain import WAY, Touch, TouchKind
from shared.contracts.errors import FieldError
from shared.contracts.events.leads_lead import LeadChanged, LeadCreated, LeadRestored
from shared.contracts.ids import new_id

__all__ = [
    "CLOCK_STARTED",
    "CONTACTED",
    "HANDED_OVER",
    "LET_IN",
    "MATERIAL",
    "NOT_CONVERTED",
    "OPEN",
    "REVIEW",
    "SET_DOWN",
    "STATUSES",
    "TAKEN_UP",
    "TRIAGE",
    "TRIAGE_AGAIN",
    "Judge",
    "Lead",
    "LeadError",
    "Scorer",
    "derived_name",
    "first_touch",
    "is_loaded",
    "new_lead",
    "public_state",
]


@dataclass(frozen=True, slots=True)
class Lead(Owned, Judged, Answered, Ended, Joined):
    """One lead: what is known of it, and all that may happen to it."""

    def edit(
        self,
        values: Mapping[str, Any],
        *,
        now: datetime,
        score: "Scorer | None" = None,
    ) -> Change[Self] | None:
        """A member's edit; None when nothing differs. Those fields are the member's from now on.

        `score` judges the lead anew in the same step when something it looks at has changed.
        """
        changes = differing(self, self._with_derived_name(values))
        if not changes:
            return None
        edited = tuple(sorted({*self.member_fields, *changes})) if self.partner_id else self.member_fields
        if "category" in changes:
            changes["category_by"] = _judged_by_member(changes["category"])
        kind = LeadRestored if "archived_at" in changes else LeadChanged
        return self._step(kind, now, changes, member_fields=edited, score=score)

    def renew(
        self,
        values: Mapping[str, Any],
        *,
        now: datetime,
        score: "Scorer | None" = None,
    ) -> Change[Self] | None:
        """What the partner sends later; None when nothing differs. A member's edits stay, and so does the
        way by which the lead came first."""
        kept = {*self.member_fields, *(name for name in WAY if getattr(self, name) is not None)}
        allowed = {name: value for name, value in values.items() if name not in kept}
        if "name" in self.member_fields:
            changes = differing(self, allowed)
        else:
            changes = differing(self, self._with_derived_name(allowed))
        return self._step(LeadChanged, now, changes, score=score) if changes else None

    def respect(self, do_not_contact: tuple[str, ...], *, now: datetime) -> Change[Self] | None:
        """The channels the person must not be spoken to on; None when that is known."""
        changes = differing(self, {"do_not_contact": do_not_contact})
        return self._step(LeadChanged, now, changes, what="consent_recorded") if changes else None

    def _with_derived_name(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """A name that was made of other fields follows them; one that was given stays."""
        if "name" in values and values["name"] is not None:
            return values
        before = {name: getattr(self, name) for name in _NAMING}
        if "name" not in values and derived_name(before) != self.name:
            return values
        return {**values, "name": derived_name({**before, **values}) or self.name}


LET_IN = "allow_duplicate"
"""In the history of a lead of which somebody has said that it is no duplicate."""
Scorer = Callable[[Lead], Mapping[str, Any]]
"""What the model in service says of a lead: the fields `score`, `grade` and so on, as they shall be."""

_NAMING = ("first_name", "last_name", "company", "email", "phone")


def derived_name(values: Mapping[str, Any]) -> str | None:
    """What to call a lead that was given no name: the person, else the company, else how it is reached."""
    person = full_name(values.get("first_name"), values.get("last_name"))
    return person or values.get("company") or values.get("email") or values.get("phone")


def first_touch(lead: Lead, **said: Any) -> Touch:
    """How a new lead came: by its own fields, unless `said` otherwise."""
    kind: TouchKind = "push" if lead.partner_id else "load" if lead.source_system else "entry"
    way = {name: getattr(lead, name) for name in WAY}
    return Touch(**{"id": new_id(), "lead_id": lead.id, "at": lead.created_at, "kind": kind, **way, **said})


def is_loaded(lead: Lead) -> bool:
    """History of another system: it came up there before it came in here."""
    return lead.source_system is not None and lead.created_at < lead.updated_at


def new_lead(
    lead_id: UUID,
    values: Mapping[str, Any],
    *,
    now: datetime,
    created_at: datetime | None = None,
    origin: Mapping[str, Any] | None = None,
    score: Scorer | None = None,
    let_in: bool = False,
) -> Change[Lead]:
    """A lead as it comes in. `origin`: owner, partner, source system and external id, where there are any.

    `score` judges it at once. `created_at` is when it came up, for history loaded from elsewhere. `let_in`:
    somebody has said that it is no duplicate. Refuses one that nothing names.
    """
    name = values.get("name") or derived_name(values)
    if name is None:
        detail = "A lead needs a name, a company, an e-mail or a phone."
        raise LeadError("validation_failed", detail, [FieldError("/name", "required", detail)])
    born = created_at or now
    lead = Lead(id=lead_id, created_at=born, updated_at=now, **{**values, **(origin or {}), "name": name})
    if lead.category is not None:
        lead = replace(lead, category_by=_judged_by_member(lead.category))
    if lead.owner_id is not None:
        lead = _owned_from_birth(lead, born)
    if score is not None:
        lead = replace(lead, **score(lead))
    event = LeadCreated(**public_state(lead))
    details = {LET_IN: True} if let_in else {}
    return Change(after=lead, what="created", at=born, fields={}, event=event, details=details)


def _judged_by_member(category: str | None) -> Judge | None:
    return "member" if category is not None else None


def _owned_from_birth(lead: Lead, born: datetime) -> Lead:
    return replace(lead, assigned_at=born, assignment_reason="owner given when the lead was created")
