"""A category of the catalogue."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Category:
    """`key` is what leads hold and never changes; an archived category takes no more leads."""

    id: UUID
    key: str
    name: str
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    description: str | None = None
    position: int = 0
    archived_at: datetime | None = None

    @property
    def active(self) -> bool:
        """Whether leads may be put into it."""
        return self.archived_at is None
