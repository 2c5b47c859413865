"""What may happen to a lead. Every rule answers the step it makes, or refuses with a stable code."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from services.leads.person.domain import Way, full_name
from services.leads.record.domain import Change, advanced, before_and_after, differing
from services.leads.score_model.question import INPUTS
from services.leads.touch.domain import WAY, Touch, TouchKind
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.events.leads_lead import (
    DealWanted,
    LeadArchived,
    LeadAssigned,
    LeadCategorised,
    LeadChanged,
    LeadContacted,
    LeadConverted,
    LeadCreated,
    LeadDisqualified,
    LeadMerged,
    LeadQualified,
    LeadQueued,
    LeadQueueOverdue,
    LeadResponseBreached,
    LeadResponseDueSoon,
    LeadRestored,
    LeadScored,
    LeadState,
    LeadStatus,
    LeadUnmerged,
    Origin,
    ScoreState,
)
from shared.contracts.ids import new_id
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
class Lead:
    """One lead. `member_fields`: what a member has edited, which the pushing partner may not overwrite."""

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

    def edit(
        self, values: Mapping[str, Any], *, now: datetime, score: "Scorer | None" = None
    ) -> Change["Lead"] | None:
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
        self, values: Mapping[str, Any], *, now: datetime, score: "Scorer | None" = None
    ) -> Change["Lead"] | None:
        """What the partner sends later; None when nothing differs. A member's edits stay, and so does the
        way by which the lead came first."""
        kept = {*self.member_fields, *(name for name in WAY if getattr(self, name) is not None)}
        allowed = {name: value for name, value in values.items() if name not in kept}
        if "name" in self.member_fields:
            changes = differing(self, allowed)
        else:
            changes = differing(self, self._with_derived_name(allowed))
        return self._step(LeadChanged, now, changes, score=score) if changes else None

    def rescore(self, judged: Mapping[str, Any], *, now: datetime) -> Change["Lead"] | None:
        """What a newer model or newer points say; None when nothing changes that anybody would act on."""
        if not self._differs_materially(judged):
            return None
        return self._step(LeadScored, now, differing(self, judged))

    def respect(self, do_not_contact: tuple[str, ...], *, now: datetime) -> Change["Lead"] | None:
        """The channels the person must not be spoken to on; None when that is known."""
        changes = differing(self, {"do_not_contact": do_not_contact})
        return self._step(LeadChanged, now, changes, what="consent_recorded") if changes else None

    def assign(
        self, owner_id: UUID, reason: str, *, now: datetime, territory_id: UUID | None = None
    ) -> Change["Lead"] | None:
        """The lead's new owner, and its territory where one is named; it leaves its queue. None when it is
        the owner already."""
        if owner_id == self.owner_id:
            return None
        given = {"owner_id": owner_id, "assigned_at": now, "assignment_reason": reason}
        left = {**_LEFT_QUEUE, "territory_id": territory_id or self.territory_id}
        return self._step(LeadAssigned, now, given | differing(self, left))

    def queue(
        self, queue_id: UUID, reason: str, *, now: datetime, territory_id: UUID | None = None
    ) -> Change["Lead"]:
        """It waits in the queue until somebody claims it; whoever owned or held it does not any more."""
        changes = {
            "queue_id": queue_id,
            "queued_at": now,
            "queue_reason": reason,
            "owner_id": None,
            "assigned_at": None,
            "assignment_reason": None,
            "leased_by": None,
            "leased_until": None,
            "territory_id": territory_id or self.territory_id,
        }
        return self._step(LeadQueued, now, differing(self, changes))

    def claim(self, member_id: UUID, *, now: datetime) -> Change["Lead"] | None:
        """It becomes the claimant's. Refuses with `already_claimed` when it waits no more, with `lead_leased`
        while somebody else holds it; None when the claimant owns it already."""
        if self.owner_id == member_id:
            return None
        self._check_waiting(member_id, now)
        return self.assign(member_id, "claimed from the queue", now=now)

    def lease(self, member_id: UUID, until: datetime, *, now: datetime) -> Change["Lead"]:
        """Nobody else may claim it until then. Refuses as `claim` does."""
        self._check_waiting(member_id, now)
        changes = {"leased_by": member_id, "leased_until": until}
        return self._step(LeadChanged, now, changes, what="leased")

    def end_lease(self, *, now: datetime) -> Change["Lead"] | None:
        """Everybody may claim it again; None when nobody holds it."""
        if self.leased_by is None:
            return None
        return self._step(LeadChanged, now, {"leased_by": None, "leased_until": None}, what="lease_ended")

    def overdue_in_queue(self, *, now: datetime) -> Change["Lead"]:
        """It has waited too long in its queue."""
        return self._step(LeadQueueOverdue, now, {})

    def _check_waiting(self, member_id: UUID, now: datetime) -> None:
        if self.queue_id is None:
            raise LeadError("already_claimed", "The lead waits in no queue any more.")
        held = self.leased_until is not None and self.leased_until > now
        if held and self.leased_by != member_id:
            raise LeadError(
                "lead_leased", "Somebody looks at the lead.", extra={"leased_until": self.leased_until}
            )

    def place(self, territory_id: UUID, *, now: datetime) -> Change["Lead"] | None:
        """It lies in this territory; None when that is known."""
        changes = differing(self, {"territory_id": territory_id})
        return self._step(LeadChanged, now, changes) if changes else None

    def categorise(
        self,
        category: str | None,
        reason: str,
        *,
        by: Judge,
        rule_id: UUID | None = None,
        now: datetime,
    ) -> Change["Lead"] | None:
        """The lead in this category, or in none; None when nothing changes. Without a category the rules
        decide again, and never where a member has decided."""
        if by == "rule" and self.category_by == "member":
            return None
        judge = by if category is not None else None
        changes = differing(self, {"category": category, "category_by": judge})
        if not changes:
            return None
        step = self._step(LeadCategorised, now, changes, set_by=by, rule_id=rule_id)
        return replace(step, details={"reason": reason, "rule_id": rule_id, "set_by": by})

    def put_into_segment(
        self, segment: str | None, reason: str, *, by: Judge, now: datetime
    ) -> Change["Lead"] | None:
        """The lead in this market segment, or in none; None when nothing changes. Without a segment the rules
        decide again, and never where a member has decided."""
        if by == "rule" and self.segment_by == "member":
            return None
        judge = by if segment is not None else None
        changes = differing(self, {"segment": segment, "segment_by": judge})
        if not changes:
            return None
        step = self._step(LeadChanged, now, changes, what="segment_set")
        return replace(step, details={"reason": reason, "set_by": by})

    def assess(self, target_customer: bool | None, *, now: datetime) -> Change["Lead"] | None:
        """Whether it is the right customer, as far as known; None when that is what was known."""
        changes = differing(self, {"target_customer": target_customer})
        return self._step(LeadChanged, now, changes) if changes else None

    def pursue(self, wanted: bool, reason: str, *, now: datetime) -> Change["Lead"] | None:
        """Whether anybody should work on it; None when nothing changes."""
        changes = differing(self, {"do_not_pursue": not wanted})
        if not changes:
            return None
        return replace(self._step(LeadChanged, now, changes), details={"reason": reason})

    def contact(self, at: datetime, *, now: datetime) -> Change["Lead"] | None:
        """Somebody spoke with the person at `at`. Only a new lead changes by it, others are further on."""
        if self.status != "new":
            return None
        changes = {"status": "contacted", "first_contact_at": at}
        return self._step(LeadContacted, now, changes, at=at)

    @property
    def is_set_down(self) -> bool:
        """Whether nobody is to work on it at present: it was put away, or is not to be pursued."""
        return self.archived_at is not None or self.do_not_pursue

    @property
    def owes_response(self) -> bool:
        """Whether somebody still has to speak with the lead for the first time."""
        return self.status == "new" and not self.is_set_down and self.merged_into is None

    @property
    def was_answered_late(self) -> bool:
        """Whether the first contact came after it was due."""
        due, contact = self.response_due_at, self.first_contact_at
        return due is not None and contact is not None and contact > due

    def expect_response(self, due_at: datetime | None, *, now: datetime) -> Change["Lead"] | None:
        """A clock starts anew: a first response is due then, or not at all. None when nothing differs."""
        changes = differing(self, {"response_due_at": due_at, "response_breached_at": None})
        return self._step(LeadChanged, now, changes, what=CLOCK_STARTED) if changes else None

    def stop_response(self, *, now: datetime) -> Change["Lead"] | None:
        """Nobody is to work on it, so nothing is due; what was not done in time stays so. None when nothing
        was due."""
        if self.response_due_at is None or self.response_breached_at is not None:
            return None
        return self._step(LeadChanged, now, {"response_due_at": None}, what="response_clock_stopped")

    def warn_of_response(self, *, now: datetime) -> Change["Lead"]:
        """A first response is due soon."""
        return self._step(LeadResponseDueSoon, now, {})

    def breach_response(self, *, now: datetime) -> Change["Lead"] | None:
        """Nobody spoke with the lead in time; the fact is of the instant it was due. None when known."""
        due = self.response_due_at
        if due is None or self.response_breached_at == due:
            return None
        return self._step(LeadResponseBreached, now, {"response_breached_at": due}, at=due)

    def forgive_breach(self, *, now: datetime) -> Change["Lead"] | None:
        """The contact was logged late, but was in time; None when there was no breach, or rightly so."""
        if self.response_breached_at is None or self.first_contact_at is None or self.was_answered_late:
            return None
        return self._step(LeadChanged, now, {"response_breached_at": None}, what="response_was_in_time")

    def qualify(self, *, now: datetime) -> Change["Lead"]:
        """Worth selling to. Refuses unless new or contacted."""
        if self.status not in ("new", "contacted"):
            raise self._refused("qualified", "lead_not_open")
        return self._step(LeadQualified, now, {"status": "qualified", "qualified_at": now})

    def disqualify(self, reason: str, *, now: datetime) -> Change["Lead"]:
        """Not worth selling to, and why. Refuses when it is disqualified or converted."""
        if self.status not in OPEN:
            raise self._refused("disqualified", "lead_not_open")
        changes = {"status": "disqualified", "disqualified_at": now, "disqualify_reason": reason}
        return self._step(LeadDisqualified, now, changes)

    def check_workable(self) -> None:
        """Refuses when it was put away, or merged into another."""
        if self.archived_at is not None:
            raise LeadError("record_archived", "The lead is archived; restore it first.")
        self._check_not_merged()

    def check_convertible(self) -> None:
        """Refuses unless qualified; when converted already, names what it became."""
        self.check_workable()
        if self.status == "converted":
            raise LeadError(
                "lead_already_converted",
                "The lead was converted before.",
                extra={
                    "lead_id": self.id,
                    "account_id": self.account_id,
                    "contact_id": self.contact_id,
                    "deal_id": self.deal_id or self.wanted_deal_id,
                },
            )
        if self.status != "qualified":
            raise LeadError("lead_not_qualified", f"The lead is {self.status}; qualify it first.")

    def convert(
        self, account_id: UUID, contact_id: UUID, deal: DealWanted | None, *, now: datetime
    ) -> Change["Lead"]:
        """It became this account and contact, and the deal if one is wanted. Refuses unless qualified."""
        self.check_convertible()
        changes = {
            "status": "converted",
            "converted_at": now,
            "account_id": account_id,
            "contact_id": contact_id,
            "wanted_deal_id": deal.deal_id if deal else None,
        }
        return self._step(LeadConverted, now, differing(self, changes), deal=deal)

    def end_elsewhere(self, at: datetime, *, converted: bool, now: datetime) -> Change["Lead"]:
        """It ended in the system it was loaded from. Refuses when it has ended already."""
        if self.status not in OPEN:
            raise self._refused("ended", "lead_not_open")
        if converted:
            return self._step(LeadConverted, now, {"status": "converted", "converted_at": at}, at=at)
        ended = {"status": "disqualified", "disqualified_at": at, "disqualify_reason": NOT_CONVERTED}
        return self._step(LeadDisqualified, now, ended, at=at)

    def archive(self, *, now: datetime) -> Change["Lead"] | None:
        """Put away, whatever its status; None when it is."""
        return None if self.archived_at else self._step(LeadArchived, now, {"archived_at": now})

    def restore(self, *, now: datetime) -> Change["Lead"] | None:
        """Brought back as it was; None when it was not put away."""
        return self._step(LeadRestored, now, {"archived_at": None}) if self.archived_at else None

    def mark_duplicate(self, of: UUID, *, now: datetime) -> Change["Lead"] | None:
        """It looks like an older lead; None when it is marked already."""
        if self.duplicate_of is not None:
            return None
        return self._step(LeadChanged, now, {"duplicate_of": of}, what="duplicate_found")

    def absorb(self, values: Mapping[str, Any], *, now: datetime) -> Change["Lead"]:
        """Other leads became part of it; `values` is what it takes over from them."""
        return self._step(LeadChanged, now, differing(self, values), what="absorbed")

    def release(self, values: Mapping[str, Any], *, now: datetime) -> Change["Lead"]:
        """A merge was undone; `values` is what it gives back."""
        return self._step(LeadChanged, now, differing(self, values), what="released")

    def merge_into(self, winner_id: UUID, merge_id: UUID, *, now: datetime) -> Change["Lead"]:
        """It is part of another lead from now on."""
        return self._step(LeadMerged, now, {"merged_into": winner_id}, merge_id=merge_id)

    @property
    def merges_by_itself(self) -> bool:
        """Whether a lead like it may become part of it, or it of another, without anybody deciding that."""
        return self.status in OPEN and self.archived_at is None and self.merged_into is None

    def unmerge(self, merge_id: UUID, *, now: datetime) -> Change["Lead"]:
        """It stands for itself again."""
        winner = self.merged_into
        return self._step(LeadUnmerged, now, {"merged_into": None}, merge_id=merge_id, unmerged_from=winner)

    def relink(self, values: Mapping[str, Any], *, now: datetime) -> Change["Lead"] | None:
        """The account or contact it became is part of another now; also of a lead that was merged itself."""
        changes = differing(self, values)
        return self._step(LeadChanged, now, changes, what="relinked") if changes else None

    def link(self, values: Mapping[str, UUID], *, now: datetime) -> Change["Lead"] | None:
        """It is of this contact or account, which converting it uses then; None when that is known. Refuses
        unless it is open, and when it is of another one."""
        self._check_linkable()
        for name, record_id in values.items():
            if getattr(self, name) not in (None, record_id):
                detail = f"It is linked to another {name.removesuffix('_id')}; unlink that first."
                raise LeadError("state_conflict", detail, extra={name: getattr(self, name)})
        changes = differing(self, values)
        return self._step(LeadChanged, now, changes, what="linked") if changes else None

    def unlink(self, names: Collection[str], *, now: datetime) -> Change["Lead"] | None:
        """It is of no contact, or no account, any more; None when it was not. Refuses unless it is open."""
        self._check_linkable()
        changes = differing(self, dict.fromkeys(names))
        return self._step(LeadChanged, now, changes, what="unlinked") if changes else None

    def _check_linkable(self) -> None:
        self.check_workable()
        if self.status not in OPEN:
            raise self._refused("linked", "lead_not_open")

    def link_deal(self, deal_id: UUID, at: datetime, *, now: datetime) -> Change["Lead"] | None:
        """The pipeline opened a deal for this lead; None when that is known."""
        if self.deal_id is not None:
            return None
        return self._step(LeadChanged, now, {"deal_id": deal_id}, what="deal_opened", at=at)

    def _with_derived_name(self, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """A name that was made of other fields follows them; one that was given stays."""
        if "name" in values and values["name"] is not None:
            return values
        before = {name: getattr(self, name) for name in _NAMING}
        if "name" not in values and derived_name(before) != self.name:
            return values
        return {**values, "name": derived_name({**before, **values}) or self.name}

    def _differs_materially(self, judged: Mapping[str, Any]) -> bool:
        """Another grade, state or points, a first score, or one that is 0.02 away."""
        decisive = ("grade", "score_state", "fit_points", "engagement_points")
        if any(name in judged and judged[name] != getattr(self, name) for name in decisive):
            return True
        score = judged.get("score")
        return score is not None and (self.score is None or abs(score - self.score) >= MATERIAL)

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
        score: "Scorer | None" = None,
        **beside: Any,
    ) -> Change["Lead"]:
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


LET_IN = "allow_duplicate"
"""In the history of a lead of which somebody has said that it is no duplicate."""
_LEFT_QUEUE = dict.fromkeys(("queue_id", "queued_at", "queue_reason", "leased_by", "leased_until"))
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


def public_state(lead: Lead) -> dict[str, Any]:
    """What others may know of the lead: nothing personal."""
    return {"lead_id": lead.id, **{name: getattr(lead, name) for name in _PUBLIC}}


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
