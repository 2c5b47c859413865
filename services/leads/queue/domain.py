"""A queue of leads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.contracts.errors import DomainError

OVERDUE = "queue.overdue"
"""The kind of agenda entry of a lead that waits in a queue with an alert."""


class QueueError(DomainError):
    """A rule of queues said no."""


@dataclass(frozen=True, slots=True)
class LeadQueue:
    """`member_ids` and the members at and below `team_ids` may claim; `open_to_all`: every rep may.

    `is_default`: where leads go that nobody is eligible for; one queue is. `alert_after_hours`: a lead that
    waits longer is told of; None is never.
    """

    id: UUID
    created_at: datetime
    updated_at: datetime
    name: str
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    archived_at: datetime | None = None
    member_ids: tuple[UUID, ...] = ()
    team_ids: tuple[UUID, ...] = ()
    open_to_all: bool = False
    is_default: bool = False
    alert_after_hours: int | None = None
    active: bool = True
