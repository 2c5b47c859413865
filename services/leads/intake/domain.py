"""What is pushed is good, faulty or no lead at all; the faulty waits in quarantine until somebody decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.leads.duplicate_policy.domain import DuplicateFound
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.events.leads_import import ImportKind

Door = Literal["partner", "form", "inquiry", "import", "api"]
DOORS: tuple[Door, ...] = ("partner", "form", "inquiry", "import", "api")
"""By which way something came in. `source_id` of an entry: the partner, form, inquiry or import."""
QuarantineStatus = Literal["open", "released", "discarded"]
STATUSES: tuple[QuarantineStatus, ...] = ("open", "released", "discarded")
ReceiptStatus = Literal["created", "updated", "unchanged", "duplicate", "quarantined"]


class IntakeError(DomainError):
    """A rule of intake said no."""


@dataclass(frozen=True, slots=True)
class Faulty:
    """A pushed lead with values that cannot be used. `payload` is what the partner sent, untouched."""

    index: int
    external_id: str
    payload: Mapping[str, Any]
    errors: Sequence[FieldError]
    duplicates: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """What another door than a partner's lets nobody through with. `payload`: a lead as for `POST /v1/leads`,
    untouched; `errors`: what is wrong with it; `duplicates`: what it looks like; `beside`: what else its
    release needs. A row of a file has a kind of record, a number, and the owner of the file."""

    door: Door
    source_id: UUID | None
    payload: Mapping[str, Any]
    errors: Sequence[FieldError] = ()
    spam_score: int | None = None
    spam_reasons: Sequence[str] = ()
    beside: Mapping[str, Any] = field(default_factory=dict)
    duplicates: Sequence[Mapping[str, Any]] = ()
    record_kind: ImportKind = "leads"
    row_number: int | None = None
    owner_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Pushed:
    """What became of one pushed item. `problem` is there when it was rejected."""

    index: int
    status: ReceiptStatus | Literal["rejected"]
    external_id: str | None = None
    lead_id: UUID | None = None
    receipt_id: UUID | None = None
    errors: Sequence[FieldError] = ()
    problem: DomainError | None = None
    duplicates: Sequence[Mapping[str, Any]] = ()


MOST_RELEASED = 200


def looking_like(refusal: DuplicateFound) -> list[dict[str, Any]]:
    """What a refused lead looks like, as it is kept with it: kinds, ids, scores, and by which rules."""
    return [
        {
            "kind": each.other.kind,
            "id": str(each.other.record_id),
            "score": each.match.score,
            "rule": each.match.rule,
        }
        for each in refusal.found
    ]


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """Which entries are meant; None does not narrow. `received_from` counts, `received_to` does not."""

    door: Door | None = None
    source_id: UUID | None = None
    received_from: datetime | None = None
    received_to: datetime | None = None
    most_spam: int | None = None


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A faulty or doubtful lead, or row of a file, waiting. `record_id` is what it became or renewed, and
    `lead_id` too when that is a lead.

    `partner_id` and `external_id` are there for pushes only. `spam_score`: 0 to 100, None where nobody asked.
    """

    id: UUID
    status: QuarantineStatus
    payload: Mapping[str, Any]
    errors: Sequence[Mapping[str, Any]]
    received_at: datetime
    updated_at: datetime
    door: Door = "partner"
    source_id: UUID | None = None
    partner_id: UUID | None = None
    external_id: str | None = None
    spam_score: int | None = None
    spam_reasons: Sequence[str] = ()
    beside: Mapping[str, Any] = field(default_factory=dict)
    duplicates: Sequence[Mapping[str, Any]] = ()
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    record_kind: ImportKind = "leads"
    row_number: int | None = None
    owner_id: UUID | None = None
    lead_id: UUID | None = None
    record_id: UUID | None = None
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    discard_reason: str | None = None

    def check_open(self) -> None:
        """Refuses with `state_conflict` when it was decided."""
        if self.status != "open":
            raise IntakeError("state_conflict", f"The entry is {self.status}; only an open one can change.")

    def corrected(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """The payload with a merge patch applied; the partner's reference stays. Refuses a decided entry."""
        self.check_open()
        if self.door != "partner":
            merged = {**self.payload, **changes}
            return {name: value for name, value in merged.items() if value is not None}
        if changes.get("external_id", self.external_id) != self.external_id:
            detail = "The partner's reference cannot change."
            found = FieldError("/payload/external_id", "read_only", detail)
            raise IntakeError("validation_failed", detail, [found])
        merged = {**self.payload, **changes, "external_id": self.external_id}
        return {name: value for name, value in merged.items() if value is not None}

    def release(self, record_id: UUID, by: str | None, *, now: datetime) -> "Quarantined":
        """It became this record. Refuses a decided entry."""
        self.check_open()
        return replace(
            self,
            status="released",
            record_id=record_id,
            lead_id=record_id if self.record_kind == "leads" else None,
            resolved_at=now,
            resolved_by=by,
            updated_at=now,
            version=self.version + 1,
        )

    def discard(self, reason: str, by: str | None, *, now: datetime) -> "Quarantined":
        """Nothing will become of it, and why. Refuses a decided entry."""
        self.check_open()
        return replace(
            self,
            status="discarded",
            discard_reason=reason,
            resolved_at=now,
            resolved_by=by,
            updated_at=now,
            version=self.version + 1,
        )


# What a partner is told of a lead's history, and in which words.
MILESTONES: Mapping[str, str] = {
    "created": "received",
    "assigned": "assigned",
    "contacted": "contacted",
    "qualified": "qualified",
    "disqualified": "disqualified",
    "converted": "converted",
    "merged": "merged",
    "unmerged": "separated",
    "deal_opened": "deal_opened",
    "deal_won": "won",
    "deal_lost": "lost",
    "deal_reopened": "deal_reopened",
}
