"""Who has a lead, and where it waits for somebody."""

from datetime import datetime
from typing import Self
from uuid import UUID

from services.leads.lead.known import KnownLead, LeadError
from services.leads.record.domain import Change, differing
from shared.contracts.events.leads_lead import LeadAssigned, LeadChanged, LeadQueued, LeadQueueOverdue

_LEFT_QUEUE = dict.fromkeys(("queue_id", "queued_at", "queue_reason", "leased_by", "leased_until"))


class Owned(KnownLead):
    """A lead that is given to somebody, or waits in a queue."""

    __slots__ = ()

    def assign(
        self, owner_id: UUID, reason: str, *, now: datetime, territory_id: UUID | None = None
    ) -> Change[Self] | None:
        """The lead's new owner, and its territory where one is named; it leaves its queue. None when it is
        the owner already."""
        if owner_id == self.owner_id:
            return None
        given = {"owner_id": owner_id, "assigned_at": now, "assignment_reason": reason}
        left = {**_LEFT_QUEUE, "territory_id": territory_id or self.territory_id}
        return self._step(LeadAssigned, now, given | differing(self, left))

    def queue(
        self, queue_id: UUID, reason: str, *, now: datetime, territory_id: UUID | None = None
    ) -> Change[Self]:
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

    def claim(self, member_id: UUID, *, now: datetime) -> Change[Self] | None:
        """It becomes the claimant's. Refuses with `already_claimed` when it waits no more, with `lead_leased`
        while somebody else holds it; None when the claimant owns it already."""
        if self.owner_id == member_id:
            return None
        self._check_waiting(member_id, now)
        return self.assign(member_id, "claimed from the queue", now=now)

    def lease(self, member_id: UUID, until: datetime, *, now: datetime) -> Change[Self]:
        """Nobody else may claim it until then. Refuses as `claim` does."""
        self._check_waiting(member_id, now)
        changes = {"leased_by": member_id, "leased_until": until}
        return self._step(LeadChanged, now, changes, what="leased")

    def end_lease(self, *, now: datetime) -> Change[Self] | None:
        """Everybody may claim it again; None when nobody holds it."""
        if self.leased_by is None:
            return None
        return self._step(LeadChanged, now, {"leased_by": None, "leased_until": None}, what="lease_ended")

    def overdue_in_queue(self, *, now: datetime) -> Change[Self]:
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

    def place(self, territory_id: UUID, *, now: datetime) -> Change[Self] | None:
        """It lies in this territory; None when that is known."""
        changes = differing(self, {"territory_id": territory_id})
        return self._step(LeadChanged, now, changes) if changes else None
