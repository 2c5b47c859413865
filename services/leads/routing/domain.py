"""What routing decides about a lead, and the words it says why in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.leads.lead.domain import Lead
from services.leads.record.domain import Change
from shared.contracts.errors import DomainError

Outcome = Literal["assigned", "queued", "excluded", "nobody"]
How = Literal["rule", "manual", "claim", "release"]
MOST_LISTED = 50
"""So many candidates of a rule are named in a trace; all are counted."""


class RoutingError(DomainError):
    """A rule of routing said no."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of a lead, and how that came about.

    `tried`: every rule that was looked at, with its result and its candidates. `skill_score`: of the chosen
    member, when a rule went by skills. `turn`: the place the chosen member has in the line from now on.
    `found_nobody`: it waits in the default queue because nobody was eligible.
    """

    outcome: Outcome
    reason: str
    how: How = "rule"
    member_id: UUID | None = None
    queue_id: UUID | None = None
    territory_id: UUID | None = None
    rule_id: UUID | None = None
    skill_score: float | None = None
    turn: int | None = None
    tried: Sequence[Mapping[str, Any]] = ()
    found_nobody: bool = False
    beside: Mapping[str, Any] = field(default_factory=dict)

    def change(self, lead: Lead, *, now: datetime) -> Change[Lead] | None:
        """The step of the lead; None when it stays as it is."""
        if self.outcome == "assigned" and self.member_id is not None:
            return lead.assign(self.member_id, self.reason, now=now, territory_id=self.territory_id)
        if self.outcome == "queued" and self.queue_id is not None:
            return lead.queue(self.queue_id, self.reason, now=now, territory_id=self.territory_id)
        return lead.place(self.territory_id, now=now) if self.territory_id is not None else None
