"""What time has come for an open deal: its stage is overdue, it is rotten, its close date is over.

The worker keeps it, beside the deal, a moment after each change; nothing of it is computed when it is read.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

CHANGED = "deal.changed"
"""On the agenda: a deal was written, so its times are reckoned anew."""


@dataclass(frozen=True, slots=True)
class Touch:
    """What was last done about a deal: `kind` is an event of the deal (`stage_changed`) or `activity`, `id`
    that event or activity, `by` the member who did it."""

    kind: str
    at: datetime
    id: UUID | None = None
    by: UUID | None = None


def is_member(actor: str | None) -> bool:
    """Whether a person may have done it, to judge by the name."""
    try:
        return actor is not None and bool(UUID(actor))
    except ValueError:
        return False


def about(deal_id: UUID, touch: Touch | None) -> dict[str, Any]:
    """What the agenda says of a deal that changed."""
    said = None
    if touch is not None:
        said = {"kind": touch.kind, "at": touch.at.isoformat(), "id": str(touch.id), "by": str(touch.by)}
    return {"deal_id": str(deal_id), "touch": said}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    """The times of a deal as they follow from its `deal_version`. `stage_entered_at`: the stay in a stage to
    which the first three belong.

    `due_at` is when the stage should be done, `rots_at` when the deal goes stale, `close_over_at` when its
    close date is over: None where nothing says so. `overdue_at`, `rotten_at` and `close_overdue_at` are the
    same instants once they have come. `stage_told`, `close_told`: the stay and the date of which it was told.
    `alarm_at`: when the worker looks next.
    """

    deal_id: UUID
    deal_version: int
    stage_entered_at: datetime
    due_at: datetime | None = None
    overdue_at: datetime | None = None
    stage_told: bool = False
    touched_at: datetime | None = None
    touched_kind: str | None = None
    touched_id: UUID | None = None
    touched_by: UUID | None = None
    snoozed_until: datetime | None = None
    rots_at: datetime | None = None
    rotten_at: datetime | None = None
    close_over_at: datetime | None = None
    close_overdue_at: datetime | None = None
    close_told: date | None = None
    alarm_at: datetime | None = None

    @property
    def touch(self) -> Touch | None:
        """What was last done about it."""
        if self.touched_at is None or self.touched_kind is None:
            return None
        return Touch(self.touched_kind, self.touched_at, self.touched_id, self.touched_by)

    @property
    def next_at(self) -> datetime | None:
        """The first of its times that has not come yet."""
        waiting = (
            self.due_at if self.overdue_at is None else None,
            self.rots_at if self.rotten_at is None else None,
            self.close_over_at if self.close_overdue_at is None else None,
        )
        return min((each for each in waiting if each is not None), default=None)
