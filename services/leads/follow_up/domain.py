"""After the first contact with a lead something is to be done, by rule."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from services.leads.expression.domain import Facts, compile_expression, holds
from services.leads.lead.domain import Lead
from shared.contracts.events.leads_activity import ActivityType
from shared.working_time.domain import WorkingTime

SOURCE_SYSTEM = "reminder-rules"
"""Where activities made by a rule come from; their external id is the rule and the lead."""


@dataclass(frozen=True, slots=True)
class ReminderRule:
    """`after_minutes` after the first contact an activity of this type is due; `counted` as for deadlines.
    `condition`: an expression over the lead; None fits every lead."""

    id: UUID
    name: str
    created_at: datetime
    updated_at: datetime
    type: ActivityType
    subject: str
    after_minutes: Decimal
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    counted: Literal["business", "always"] = "business"
    condition: str | None = None
    active: bool = True
    archived_at: datetime | None = None

    def check(self) -> None:
        """Refuses a faulty condition."""
        if self.condition is not None:
            compile_expression(self.condition, pointer="/condition", wanted="condition")

    def fits(self, facts: Facts) -> bool:
        """Whether it is for this lead. A condition that fails for it is not."""
        return self.condition is None or holds(compile_expression(self.condition), facts) is True

    def follow_up(
        self, lead: Lead, contact_at: datetime, working: WorkingTime, *, now: datetime
    ) -> dict[str, Any] | None:
        """The activity the lead's owner has to do; None when that would be past already."""
        due_at = self._due_at(contact_at, working)
        if due_at <= now:
            return None
        return {
            "type": self.type,
            "subject": self.subject,
            "due_at": due_at,
            "lead_id": lead.id,
            "owner_id": lead.owner_id,
            "source_system": SOURCE_SYSTEM,
            "external_id": f"{self.id}:{lead.id}",
        }

    def _due_at(self, contact_at: datetime, working: WorkingTime) -> datetime:
        minutes = float(self.after_minutes)
        if self.counted == "always" or working.never_open:
            return contact_at + timedelta(minutes=minutes)
        return working.add(contact_at, minutes)
