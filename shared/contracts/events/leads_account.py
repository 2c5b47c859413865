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


class AccountCreated(AccountState):
    type: ClassVar[str] = "leads.account.created"


class AccountChanged(AccountState):
    type: ClassVar[str] = "leads.account.changed"


EVENTS = (AccountCreated, AccountChanged)
