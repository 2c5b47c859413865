"""Topic `leads.contact`: which contacts became one. Ids only: what is known of a person stays in leads."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.event import Event


class ContactState(Event):
    """A contact after the change."""

    contact_id: UUID
    created_at: datetime
    owner_id: UUID | None = None
    account_id: UUID | None = None
    merged_into: UUID | None = None


class ContactMerged(ContactState):
    """The contact became part of `merged_into`; `merge_id` names the merge, which can be undone."""

    type: ClassVar[str] = "leads.contact.merged"

    merge_id: UUID


class ContactUnmerged(ContactState):
    """The merge was undone: the contact stands for itself again, apart from `unmerged_from`."""

    type: ClassVar[str] = "leads.contact.unmerged"

    merge_id: UUID
    unmerged_from: UUID


EVENTS = (ContactMerged, ContactUnmerged)
