"""Topic `leads.account`: the companies we sell to."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.event import Event
from shared.contracts.money import Money


class AccountState(Event):
    """An account after the change."""

    account_id: UUID
    name: str
    created_at: datetime
    owner_id: UUID | None = None
    parent_id: UUID | None = None
    industry: str | None = None
    country: str | None = None
    employees: int | None = None
    annual_revenue: Money | None = None
    source_system: str | None = None
    external_id: str | None = None
    archived_at: datetime | None = None
    merged_into: UUID | None = None
    segment: str | None = None


class AccountCreated(AccountState):
    type: ClassVar[str] = "leads.account.created"


class AccountChanged(AccountState):
    type: ClassVar[str] = "leads.account.changed"


class AccountArchived(AccountState):
    """Put away: lists leave it out, and nothing new is linked to it."""

    type: ClassVar[str] = "leads.account.archived"


class AccountRestored(AccountState):
    """Brought back from the archive, with everything it had."""

    type: ClassVar[str] = "leads.account.restored"


class AccountMerged(AccountState):
    """The account became part of `merged_into`; `merge_id` names the merge, which can be undone."""

    type: ClassVar[str] = "leads.account.merged"

    merge_id: UUID


class AccountUnmerged(AccountState):
    """The merge was undone: the account stands for itself again, apart from `unmerged_from`."""

    type: ClassVar[str] = "leads.account.unmerged"

    merge_id: UUID
    unmerged_from: UUID


EVENTS = (
    AccountCreated,
    AccountChanged,
    AccountArchived,
    AccountRestored,
    AccountMerged,
    AccountUnmerged,
)
