"""Topic `forecast.snapshot`: how the forecast stood, kept."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.event import Event

SnapshotKind = Literal["daily", "period_start", "on_demand"]


class SnapshotTaken(Event):
    """How the forecast stood at `taken_at`, as far as it was known then; frozen at `made_at`.

    `day`: the day that begins at `taken_at`, of those that are taken by themselves. `periods` begin with it.
    What a person called it and noted about it, the forecast keeps for itself.
    """

    type: ClassVar[str] = "forecast.snapshot.taken"

    snapshot_id: UUID
    kind: SnapshotKind
    taken_at: datetime
    made_at: datetime
    taken_late: bool
    currency: str
    day: date | None = None
    periods: tuple[str, ...] = ()


EVENTS = (SnapshotTaken,)
