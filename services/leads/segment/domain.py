"""Market segments, as data, and what belongs into which."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from services.leads.account.domain import Account
from services.leads.expression.domain import Expression, Facts, compile_expression, facts_of, holds
from services.leads.lead.domain import Judge
from shared.contracts.errors import DomainError

ALL_ACCOUNTS = "segment.accounts"
"""The kind of agenda entry by which all accounts are held against the segments anew."""
_COPIED = (
    *("name", "industry", "country", "website", "phone", "employees", "notes", "source_system"),
    *("external_id", "created_at"),
)


@dataclass(frozen=True, slots=True)
class Segment:
    """Leads and accounts name it by `key`. Those for which `condition` holds belong to it; without one it is
    set by hand only. The first segment that holds is taken, in order of position."""

    id: UUID
    key: str
    name: str
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    description: str | None = None
    condition: str | None = None
    position: int = 0
    active: bool = True
    archived_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReadySegment:
    """A segment whose condition is compiled."""

    segment: Segment
    condition: Expression


@dataclass(frozen=True, slots=True)
class Placed:
    """The segment by the rules, and why; None when no rule holds."""

    key: str | None
    reason: str


def ready(segments: Iterable[Segment]) -> list[ReadySegment]:
    """Those with a condition, in order. One that cannot be compiled any more is left out."""
    ordered = sorted(segments, key=lambda each: (each.position, each.id))
    return [made for each in ordered for made in _ready(each)]


def place(segments: Iterable[ReadySegment], facts: Facts) -> Placed:
    """The first segment whose condition holds. One that fails is passed over."""
    for each in segments:
        if holds(each.condition, facts) is True:
            return Placed(each.segment.key, f"the condition of segment '{each.segment.name}' holds")
    return Placed(None, "no segment's condition holds")


def may_place(by: Judge | None) -> bool:
    """What a member has set, no rule changes."""
    return by != "member"


def account_facts(account: Account, now: datetime) -> Facts:
    """An account asked as a lead of this company: what only people have is absent."""
    values: dict[str, Any] = {name: getattr(account, name) for name in _COPIED}
    values |= {
        "company": account.name,
        "owner_id": str(account.owner_id) if account.owner_id else None,
        "is_owned": account.owner_id is not None,
        "age_hours": (now - account.created_at).total_seconds() / 3600,
        "tags": [],
        "needs": [],
        "attributes": {},
    }
    known = {name: value for name, value in values.items() if value is not None}
    return facts_of({"lead": known, "now": now})


def _ready(segment: Segment) -> list[ReadySegment]:
    if segment.condition is None:
        return []
    try:
        return [ReadySegment(segment, compile_expression(segment.condition, wanted="condition"))]
    except DomainError:
        return []
