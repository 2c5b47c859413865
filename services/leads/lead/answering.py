"""When somebody has to speak with a lead, and whether that was done in time."""

from datetime import datetime
from typing import Self

from services.leads.lead.known import CLOCK_STARTED, KnownLead
from services.leads.record.domain import Change, differing
from shared.contracts.events.leads_lead import (
    LeadChanged,
    LeadContacted,
    LeadResponseBreached,
    LeadResponseDueSoon,
)


class Answered(KnownLead):
    """A lead that is owed a first contact."""

    __slots__ = ()

    def contact(self, at: datetime, *, now: datetime) -> Change[Self] | None:
        """Somebody spoke with the person at `at`. Only a new lead changes by it, others are further on."""
        if self.status != "new":
            return None
        changes = {"status": "contacted", "first_contact_at": at}
        return self._step(LeadContacted, now, changes, at=at)

    @property
    def is_set_down(self) -> bool:
        """Whether nobody is to work on it at present: it was put away, or is not to be pursued."""
        return self.archived_at is not None or self.do_not_pursue

    @property
    def owes_response(self) -> bool:
        """Whether somebody still has to speak with the lead for the first time."""
        return self.status == "new" and not self.is_set_down and self.merged_into is None

    @property
    def was_answered_late(self) -> bool:
        """Whether the first contact came after it was due."""
        due, contact = self.response_due_at, self.first_contact_at
        return due is not None and contact is not None and contact > due

    def expect_response(self, due_at: datetime | None, *, now: datetime) -> Change[Self] | None:
        """A clock starts anew: a first response is due then, or not at all. None when nothing differs."""
        changes = differing(self, {"response_due_at": due_at, "response_breached_at": None})
        return self._step(LeadChanged, now, changes, what=CLOCK_STARTED) if changes else None

    def stop_response(self, *, now: datetime) -> Change[Self] | None:
        """Nobody is to work on it, so nothing is due; what was not done in time stays so. None when nothing
        was due."""
        if self.response_due_at is None or self.response_breached_at is not None:
            return None
        return self._step(LeadChanged, now, {"response_due_at": None}, what="response_clock_stopped")

    def warn_of_response(self, *, now: datetime) -> Change[Self]:
        """A first response is due soon."""
        return self._step(LeadResponseDueSoon, now, {})

    def breach_response(self, *, now: datetime) -> Change[Self] | None:
        """Nobody spoke with the lead in time; the fact is of the instant it was due. None when known."""
        due = self.response_due_at
        if due is None or self.response_breached_at == due:
            return None
        return self._step(LeadResponseBreached, now, {"response_breached_at": due}, at=due)

    def forgive_breach(self, *, now: datetime) -> Change[Self] | None:
        """The contact was logged late, but was in time; None when there was no breach, or rightly so."""
        if self.response_breached_at is None or self.first_contact_at is None or self.was_answered_late:
            return None
        return self._step(LeadChanged, now, {"response_breached_at": None}, what="response_was_in_time")
