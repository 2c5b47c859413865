"""Territories in versions: the active version decides, a draft is edited and tried out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from shared.contracts.errors import DomainError

TELL_ALL = "territory.tell"
"""The kind of agenda entry by which others hear of all territories."""
VersionStatus = Literal["draft", "active", "archived"]
STATUSES: tuple[VersionStatus, ...] = ("draft", "active", "archived")


class TerritoryError(DomainError):
    """A rule of territories said no."""


@dataclass(frozen=True, slots=True)
class Territory:
    """`territory_id` is the same in every version, `id` is of this version's row. `criteria`: what a lead is
    like that lies here; a lead lies in a territory only when it lies in the one above. `market_size` counts
    possible customers, `workload_hours` the hours a week it takes."""

    id: UUID
    territory_id: UUID
    edition: int
    created_at: datetime
    updated_at: datetime
    name: str
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    archived_at: datetime | None = None
    parent_id: UUID | None = None
    manager_id: UUID | None = None
    criteria: Mapping[str, Any] = field(default_factory=dict)
    market_size: int | None = None
    workload_hours: int | None = None
