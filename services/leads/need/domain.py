"""A need of a lead."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

Urgency = Literal["low", "medium", "high"]


@dataclass(frozen=True, slots=True)
class Need:
    """`words` are the customer's; `tags` say it in terms that products are found by."""

    id: UUID
    lead_id: UUID
    words: str
    recorded_by: str
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    urgency: Urgency | None = None
    current_solution: str | None = None
    archived_at: datetime | None = None
