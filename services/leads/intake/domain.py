"""What is pushed is good, faulty or no lead at all; the faulty waits in quarantine until somebody decides."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from shared.contracts.errors import DomainError, FieldError

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


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A faulty lead waiting. `lead_id` is the lead it became or renewed."""

    id: UUID
    partner_id: UUID
    external_id: str
    status: QuarantineStatus
    payload: Mapping[str, Any]
    errors: Sequence[Mapping[str, Any]]
    received_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    lead_id: UUID | None = None
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
        if changes.get("external_id", self.external_id) != self.external_id:
            detail = "The partner's reference cannot change."
            found = FieldError("/payload/external_id", "read_only", detail)
            raise IntakeError("validation_failed", detail, [found])
        merged = {**self.payload, **changes, "external_id": self.external_id}
        return {name: value for name, value in merged.items() if value is not None}

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
    "deal_opened": "deal_opened",
    "deal_won": "won",
    "deal_lost": "lost",
    "deal_reopened": "deal_reopened",
}
