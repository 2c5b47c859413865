"""An audience, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Audience:
    """Leads for which `condition` holds belong to it. An inactive one takes no more notice of leads."""

    id: UUID
    name: str
    condition: str
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    description: str | None = None
    active: bool = True
    archived_at: datetime | None = None
