"""A need of the customer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

Urgency = Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DealNeed:
    """`words` are the customer's; `tags` say it in terms of the offer. Withdrawn, it counts no more."""

    id: UUID
    deal_id: UUID
    words: str
    tags: tuple[str, ...] = ()
    urgency: Urgency | None = None
    current_solution: str | None = None
    withdrawn_at: datetime | None = None
    recorded_by: str | None
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
