"""A lead and the records it is like: merged, linked, and apart again."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from services.leads.lead.known import OPEN, KnownLead, LeadError
from services.leads.record.domain import Change, differing
from shared.contracts.events.leads_lead import LeadChanged, LeadMerged, LeadUnmerged


class Joined(KnownLead):
    """A lead that may be part of another, or of a contact or account."""

    __slots__ = ()

    def mark_duplicate(self, of: UUID, *, now: datetime) -> Change[Self] | None:
        """It looks like an older lead; None when it is marked already."""
        if self.duplicate_of is not None:
            return None
        return self._step(LeadChanged, now, {"duplicate_of": of}, what="duplicate_found")

    def absorb(self, values: Mapping[str, Any], *, now: datetime) -> Change[Self]:
        """Other leads became part of it; `values` is what it takes over from them."""
        return self._step(LeadChanged, now, differing(self, values), what="absorbed")

    def release(self, values: Mapping[str, Any], *, now: datetime) -> Change[Self]:
        """A merge was undone; `values` is what it gives back."""
        return self._step(LeadChanged, now, differing(self, values), what="released")

    def merge_into(self, winner_id: UUID, merge_id: UUID, *, now: datetime) -> Change[Self]:
        """It is part of another lead from now on."""
        return self._step(LeadMerged, now, {"merged_into": winner_id}, merge_id=merge_id)

    @property
    def merges_by_itself(self) -> bool:
        """Whether a lead like it may become part of it, or it of another, without anybody deciding that."""
        return self.status in OPEN and self.archived_at is None and self.merged_into is None

    def unmerge(self, merge_id: UUID, *, now: datetime) -> Change[Self]:
        """It stands for itself again."""
        winner = self.merged_into
        return self._step(LeadUnmerged, now, {"merged_into": None}, merge_id=merge_id, unmerged_from=winner)

    def relink(self, values: Mapping[str, Any], *, now: datetime) -> Change[Self] | None:
        """The account or contact it became is part of another now; also of a lead that was merged itself."""
        changes = differing(self, values)
        return self._step(LeadChanged, now, changes, what="relinked") if changes else None

    def link(self, values: Mapping[str, UUID], *, now: datetime) -> Change[Self] | None:
        """It is of this contact or account, which converting it uses then; None when that is known. Refuses
        unless it is open, and when it is of another one."""
        self._check_linkable()
        for name, record_id in values.items():
            if getattr(self, name) not in (None, record_id):
                detail = f"It is linked to another {name.removesuffix('_id')}; unlink that first."
                raise LeadError("state_conflict", detail, extra={name: getattr(self, name)})
        changes = differing(self, values)
        return self._step(LeadChanged, now, changes, what="linked") if changes else None

    def unlink(self, names: Collection[str], *, now: datetime) -> Change[Self] | None:
        """It is of no contact, or no account, any more; None when it was not. Refuses unless it is open."""
        self._check_linkable()
        changes = differing(self, dict.fromkeys(names))
        return self._step(LeadChanged, now, changes, what="unlinked") if changes else None

    def _check_linkable(self) -> None:
        self.check_workable()
        if self.status not in OPEN:
            raise self._refused("linked", "lead_not_open")
