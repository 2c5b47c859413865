"""A paper of a deal. It goes from draft to sent to signed, and can be declared void; it never goes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from shared.contracts.errors import DomainError, FieldError
from shared.contracts.events.pipeline_deal import DocumentStatus, DocumentType

_ORDER: tuple[DocumentStatus, ...] = ("draft", "sent", "signed", "void")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """The paper itself lies at `link`. `owner_id`: the member who handles it, such as one of the order desk.

    `status_since`: when it got the status it has.
    """

    id: UUID
    deal_id: UUID
    type: DocumentType
    status: DocumentStatus = "draft"
    status_since: datetime
    number: str | None = None
    title: str | None = None
    link: str | None = None
    owner_id: UUID | None = None
    dated_on: date | None = None
    recorded_by: str | None
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)

    def edited(self, changes: Mapping[str, Any], now: datetime) -> dict[str, Any]:
        """What changes with these changes. Refuses with `state_conflict` any change of a void paper, and a
        status that lies behind the present one."""
        if self.status == "void":
            raise DomainError("state_conflict", "The paper is void; register the one that holds instead.")
        status = changes.get("status", self.status)
        if _ORDER.index(status) < _ORDER.index(self.status):
            detail = f"A paper that is {self.status} does not become {status} again; declare it void."
            raise DomainError("state_conflict", detail, [FieldError("/status", "goes_back", detail)])
        return {**changes, "status_since": now} if status != self.status else dict(changes)
