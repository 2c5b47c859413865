"""Who may see which fact. A record that leaves a caller's view is told of once, as a tombstone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from shared.contracts.identity import Scope

TOPICS: Mapping[str, str] = {
    "leads": "leads.lead",
    "accounts": "leads.account",
    "contacts": "leads.contact",
    "activities": "leads.activity",
    "imports": "leads.import",
    "web_forms": "leads.submission",
    "territories": "leads.territory",
    "deals": "pipeline.deal",
    "orders": "pipeline.order",
    "products": "pipeline.product",
    "issues": "pipeline.issue",
    "targets": "forecast.target",
    "alerts": "forecast.alert",
    "adjustments": "forecast.adjustment",
    "submissions": "forecast.submission",
    "snapshots": "forecast.snapshot",
    "members": "gateway.member",
    "teams": "gateway.team",
    "organisation": "gateway.organisation",
    "partners": "gateway.partner",
}
"""What a caller asks for -> the topic it comes from. A permission `<name>:read` opens each."""

NAMES: Mapping[str, str] = {topic: name for name, topic in TOPICS.items()}
SHARED = frozenset(
    {
        *("pipeline.product", "leads.submission", "leads.territory", "gateway.member"),
        *("gateway.team", "gateway.organisation", "gateway.partner", "forecast.snapshot"),
    }
)
NODES = frozenset({"forecast.adjustment", "forecast.alert", "forecast.submission"})
"""Of a member, a team or the organisation (or a part of it by territory or product): for the member, who
answers for the team, who sees all."""
OWNED = NODES | frozenset(
    {
        *("leads.lead", "leads.account", "leads.contact", "leads.activity", "leads.import"),
        *("pipeline.deal", "pipeline.order", "pipeline.issue", "forecast.target"),
    }
)
_FOR_PARTNERS = (
    *("lead_id", "external_id", "status", "created_at", "first_contact_at", "qualified_at"),
    *("disqualified_at", "disqualify_reason", "converted_at"),
)

Shown = Literal["whole", "tombstone"]


@dataclass(frozen=True, slots=True)
class View:
    """What one caller may see. `team_ids`: the caller's team and those below; `led_team_ids`: those a manager
    answers for, `colleagues` their members."""

    scope: Scope
    topics: frozenset[str]
    member_id: UUID | None = None
    partner_id: UUID | None = None
    team_ids: frozenset[UUID] = frozenset()
    colleagues: frozenset[UUID] = frozenset()
    led_team_ids: frozenset[UUID] = frozenset()

    def owns(self, owner_id: UUID | None) -> bool:
        """Whether records of this owner are in view."""
        if self.scope == "all":
            return True
        if self.scope == "own":
            return owner_id is not None and owner_id == self.member_id
        if self.scope == "subtree":
            return owner_id is None or owner_id == self.member_id or owner_id in self.colleagues
        return False


@dataclass(frozen=True, slots=True)
class Fact:
    """One row of the feed. `previous_owner_id` means something only when `owner_changed`.

    `member_ids` see the record beside its owner; `left_member_id` did until this.
    """

    position: int
    topic: str
    subject: UUID
    owner_id: UUID | None
    owner_changed: bool
    previous_owner_id: UUID | None
    team_id: UUID | None
    partner_id: UUID | None
    member_ids: Sequence[UUID] | None
    left_member_id: UUID | None
    envelope: Mapping[str, Any]


def shown_to(view: View, fact: Fact) -> Shown | None:
    """How the fact is shown: whole, as a tombstone (the record was in view and is not any more), or not."""
    if fact.topic not in view.topics or view.scope == "none":
        return None
    if view.scope == "partner":
        return "whole" if fact.topic == "leads.lead" and fact.partner_id == view.partner_id else None
    if fact.topic in SHARED or _is_common_target(view, fact) or _sees_owner(view, fact):
        return "whole"
    if view.member_id is not None and view.member_id in (fact.member_ids or ()):
        return "whole"
    was_seen = fact.owner_changed and view.owns(fact.previous_owner_id)
    has_left = view.member_id is not None and view.member_id == fact.left_member_id
    return "tombstone" if was_seen or has_left else None


def as_event(view: View, fact: Fact, shown: Shown) -> dict[str, Any]:
    """What the caller gets. Partners get what concerns their lead; a tombstone names only the record."""
    envelope = fact.envelope
    event = {
        "position": fact.position,
        "id": envelope["id"],
        "topic": NAMES[fact.topic],
        "type": envelope["type"],
        "subject": str(fact.subject),
        "sequence": envelope["sequence"],
        "time": envelope["time"],
        "tombstone": shown == "tombstone",
    }
    if shown == "tombstone":
        return event | {"changed": [], "data": None}
    data = envelope["data"]
    if view.scope == "partner":
        data = {name: data.get(name) for name in _FOR_PARTNERS}
        return event | {"changed": [], "data": data}
    kept = {name: value for name, value in data.items() if name != "changed"}
    why = {
        "actor": envelope.get("actor"),
        "correlation_id": envelope.get("correlationid"),
        "causation_id": envelope.get("causationid"),
    }
    return event | why | {"changed": data.get("changed", []), "data": kept}


def ownership_of(topic: str, data: Mapping[str, Any]) -> dict[str, UUID | None]:
    """Whose record an event's data says it is."""
    names = ("owner_id", "team_id", "partner_id") if topic in OWNED else ()
    found = {name: data.get(name) for name in names}
    return {
        name: None if found.get(name) is None else UUID(str(found[name]))
        for name in ("owner_id", "team_id", "partner_id")
    }


def team_of(topic: str, type_: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Who sees the record beside its owner, and who does not any more. A fact of a deal that names the
    supervisor of its stage is also for that supervisor; an alert for the member into whose hands it was put.
    """
    if topic == "forecast.alert":
        hands, left = (data.get(name) for name in ("assigned_to", "assigned_before"))
        return {"member_ids": hands and [UUID(str(hands))], "left_member_id": left and UUID(str(left))}
    left = data.get("member_id") if type_ == "pipeline.deal.team_left" else None
    supervisor = data.get("supervisor_id") if topic == "pipeline.deal" else None
    named = [*(data.get("team_ids") or ()), *([supervisor] if supervisor else [])]
    members = [UUID(str(each)) for each in named if topic in OWNED]
    return {"member_ids": members or None, "left_member_id": left and UUID(str(left))}


def _sees_owner(view: View, fact: Fact) -> bool:
    if fact.topic in NODES or _is_of_alert(fact):
        return _answers_for(view, fact)
    return fact.topic != "forecast.target" and view.owns(fact.owner_id)


def _answers_for(view: View, fact: Fact) -> bool:
    """A figure of a member is seen as the member's records, of a team by those who answer for it."""
    if fact.owner_id is not None:
        return view.owns(fact.owner_id)
    return view.scope == "all" or fact.team_id in view.led_team_ids


def _is_of_alert(fact: Fact) -> bool:
    """An issue the service opened for an alert is seen as the alert, until somebody owns it."""
    return fact.topic == "pipeline.issue" and fact.envelope["data"].get("alert_id") is not None


def _is_common_target(view: View, fact: Fact) -> bool:
    """A target of the organisation is for all, of a team for those in or above it, of a member as records."""
    if fact.topic != "forecast.target":
        return False
    if fact.owner_id is not None:
        return view.owns(fact.owner_id)
    return fact.team_id is None or view.scope == "all" or fact.team_id in view.team_ids
