"""What may happen to a suggested lead."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from services.leads.record.domain import Change, advanced, before_and_after
from shared.contracts.errors import DomainError

JUDGE = "suggestion.judge"
"""The kind of agenda entry by which suggestions get their relevance."""
Mention = Literal["company", "industry"]
Status = Literal["open", "accepted", "rejected"]
RelevanceState = Literal["not_judged", "insufficient_history", "ok"]
STATUSES: tuple[Status, ...] = ("open", "accepted", "rejected")
STATES: tuple[RelevanceState, ...] = ("not_judged", "insufficient_history", "ok")
MENTIONS: tuple[Mention, ...] = ("company", "industry")


class SuggestionError(DomainError):
    """A rule of suggestions said no."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What somebody said in a network about our company or our industry.

    `features`: what the filter goes by. `relevance`: how likely we take it, judged on so many decisions as
    `judged_on` says.
    """

    id: UUID
    network: str
    external_id: str
    author: str
    text: str
    mentioned: Mention
    posted_at: datetime
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    url: str | None = None
    company: str | None = None
    email: str | None = None
    phone: str | None = None
    country: str | None = None
    features: tuple[str, ...] = ()
    relevance: Decimal | None = None
    relevance_state: RelevanceState = "not_judged"
    judged_on: int | None = None
    status: Status = "open"
    decided_at: datetime | None = None
    decided_by: str | None = None
    reject_reason: str | None = None
    lead_id: UUID | None = None
    archived_at: datetime | None = None

    def check_open(self) -> None:
        """Refuses what was decided, naming the lead it became."""
        if self.status != "open":
            raise SuggestionError(
                "suggestion_decided",
                f"It was {self.status} before.",
                extra={"status": self.status, "lead_id": self.lead_id},
            )

    def accept(self, lead_id: UUID, *, by: str, now: datetime) -> Change["Suggestion"]:
        """It became this lead."""
        return self._decide("accepted", by, now, lead_id=lead_id)

    def reject(self, reason: str, *, by: str, now: datetime) -> Change["Suggestion"]:
        """It is of no use, and why."""
        return self._decide("rejected", by, now, reject_reason=reason)

    def _decide(self, status: Status, by: str, now: datetime, **beside: Any) -> Change["Suggestion"]:
        self.check_open()
        changes = {"status": status, "decided_at": now, "decided_by": by, **beside}
        return Change(advanced(self, now, changes), status, now, before_and_after(self, changes))
