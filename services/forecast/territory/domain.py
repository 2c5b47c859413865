"""A territory as figures need it."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class KnownTerritory:
    """`parent_id` is the one it lies in; `active`: the version that decides now has it; `manager_id`: who
    answers for it."""

    id: UUID
    name: str
    parent_id: UUID | None
    active: bool
    manager_id: UUID | None = None
