"""Needs of leads and accounts, and the tags that name them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

Urgency = Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class About:
    """Whose need it is: a lead's or an account's."""

    lead_id: UUID | None = None
    account_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """`words` are the customer's; `tags` say it in terms that products are found by."""

    id: UUID
    words: str
    recorded_by: str
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    lead_id: UUID | None = None
    account_id: UUID | None = None
    tags: tuple[str, ...] = ()
    urgency: Urgency | None = None
    current_solution: str | None = None
    archived_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NeedTag:
    """One tag of the catalogue. Needs and products name it by `key`."""

    id: UUID
    key: str
    name: str
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    description: str | None = None
    active: bool = True
    archived_at: datetime | None = None
