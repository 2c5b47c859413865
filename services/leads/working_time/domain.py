"""The organisation's working hours, as they are kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """The organisation's own hours as they are kept; `week` is None while they follow its working days."""

    id: UUID
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    week: Mapping[str, Sequence[Mapping[str, str]]] | None = None
