"""How a lead gets on and ends."""

from datetime import datetime
from typing import Self
from uuid import UUID

from services.leads.lead.known import NOT_CONVERTED, OPEN, KnownLead, LeadError
from services.leads.record.domain import Change, differing
from shared.contracts.events.leads_lead import (
    DealWanted,
    LeadArchived,
    LeadChanged,
    LeadConverted,
    LeadDisqualified,
    LeadQualified,
    LeadRestored,
)


class Ended(KnownLead):
    """A lead that is qualified, and won or lost."""

    __slots__ = ()

    def qualify(self, *, now: datetime) -> Change[Self]:
        """Worth selling to. Refuses unless new or contacted."""
        if self.status not in ("new", "contacted"):
            raise self._refused("qualified", "lead_not_open")
        return self._step(LeadQualified, now, {"status": "qualified", "qualified_at": now})

    def disqualify(self, reason: str, *, now: datetime) -> Change[Self]:
        """Not worth selling to, and why. Refuses when it is disqualified or converted."""
        if self.status not in OPEN:
            raise self._refused("disqualified", "lead_not_open")
        changes = {"status": "disqualified", "disqualified_at": now, "disqualify_reason": reason}
        return self._step(LeadDisqualified, now, changes)

    def check_convertible(self) -> None:
        """Refuses unless qualified; when converted already, names what it became."""
        self.check_workable()
        if self.status == "converted":
            raise LeadError(
                "lead_already_converted",
                "The lead was converted before.",
                extra={
                    "lead_id": self.id,
                    "account_id": self.account_id,
                    "contact_id": self.contact_id,
                    "deal_id": self.deal_id or self.wanted_deal_id,
                },
            )
        if self.status != "qualified":
            raise LeadError("lead_not_qualified", f"The lead is {self.status}; qualify it first.")

    def convert(
        self, account_id: UUID, contact_id: UUID, deal: DealWanted | None, *, now: datetime
    ) -> Change[Self]:
        """It became this account and contact, and the deal if one is wanted. Refuses unless qualified."""
        self.check_convertible()
        changes = {
            "status": "converted",
            "converted_at": now,
            "account_id": account_id,
            "contact_id": contact_id,
            "wanted_deal_id": deal.deal_id if deal else None,
        }
        return self._step(LeadConverted, now, differing(self, changes), deal=deal)

    def end_elsewhere(self, at: datetime, *, converted: bool, now: datetime) -> Change[Self]:
        """It ended in the system it was loaded from. Refuses when it has ended already."""
        if self.status not in OPEN:
            raise self._refused("ended", "lead_not_open")
        if converted:
            return self._step(LeadConverted, now, {"status": "converted", "converted_at": at}, at=at)
        ended = {"status": "disqualified", "disqualified_at": at, "disqualify_reason": NOT_CONVERTED}
        return self._step(LeadDisqualified, now, ended, at=at)

    def archive(self, *, now: datetime) -> Change[Self] | None:
        """Put away, whatever its status; None when it is."""
        return None if self.archived_at else self._step(LeadArchived, now, {"archived_at": now})

    def restore(self, *, now: datetime) -> Change[Self] | None:
        """Brought back as it was; None when it was not put away."""
        return self._step(LeadRestored, now, {"archived_at": None}) if self.archived_at else None

    def link_deal(self, deal_id: UUID, at: datetime, *, now: datetime) -> Change[Self] | None:
        """The pipeline opened a deal for this lead; None when that is known."""
        if self.deal_id is not None:
            return None
        return self._step(LeadChanged, now, {"deal_id": deal_id}, what="deal_opened", at=at)
