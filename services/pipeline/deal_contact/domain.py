"""A contact who plays a part in a deal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

ContactRole = Literal["decision_maker", "champion", "influencer", "blocker", "user", "buyer", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DealContact:
    """On the deal until `removed_at`. Whether it is the primary one, `contact_id` of the deal says."""

    id: UUID
    deal_id: UUID
    contact_id: UUID
    role: ContactRole
    note: str | None = None
    added_by: str | None
    removed_at: datetime | None = None
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
