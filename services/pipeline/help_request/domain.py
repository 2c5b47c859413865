"""A request for help with a deal: open, answered, closed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from shared.contracts.errors import DomainError
from shared.contracts.identity import Identity

HelpStatus = Literal["open", "answered", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class HelpRequest:
    """`asked_ids`: who should help; nobody in particular when empty. `asked_by`, `answered_by`, `closed_by`:
    members' ids."""

    id: UUID
    deal_id: UUID
    question: str
    asked_by: str
    asked_ids: tuple[UUID, ...] = ()
    status: HelpStatus = "open"
    answer: str | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None
    closed_by: str | None = None
    closed_at: datetime | None = None
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)

    def answered(self, answer: str, caller: Identity, at: datetime) -> dict[str, Any]:
        """What changes by an answer. Refuses with `forbidden` who has asked, with `state_conflict` a second
        answer."""
        if caller.sub == self.asked_by:
            raise DomainError("forbidden", "Somebody else answers; close it, or comment on the deal.")
        if self.status != "open":
            raise DomainError("state_conflict", f"The request is {self.status}; comment on the deal.")
        return {"status": "answered", "answer": answer, "answered_by": caller.sub, "answered_at": at}

    def closed(self, caller: Identity, at: datetime) -> dict[str, Any]:
        """What changes when it is done with. Refuses with `state_conflict` to close it twice."""
        if self.status == "closed":
            raise DomainError("state_conflict", "The request is closed.")
        return {"status": "closed", "closed_by": caller.sub, "closed_at": at}
