"""What may happen to an activity, and when it counts as speaking with somebody."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.leads.record.domain import Change, advanced, before_and_after, differing, edited_as
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.events.leads_activity import (
    ActivityArchived,
    ActivityChanged,
    ActivityLogged,
    ActivityOverdue,
    ActivityRestored,
    ActivityState,
    ActivityType,
)

DUE = "activity.due"
"""The kind of agenda entry of an activity's due time."""
TYPES: tuple[ActivityType, ...] = ("call", "visit", "email", "meeting", "task")
_PUBLIC = tuple(
    name for name in ActivityState.model_fields if name not in ("activity_id", "activity_type", "changed")
)

_EDITED = {"changed": ActivityChanged, "archived": ActivityArchived, "restored": ActivityRestored}


_MESSAGE_ID = re.compile(r"<[^<>\s]+>")


class ActivityError(DomainError):
    """A rule of activities said no."""


@dataclass(frozen=True, slots=True)
class Activity:
    """One call, visit, e-mail, meeting or task; open until `done_at`."""

    id: UUID
    type: ActivityType
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    subject: str | None = None
    notes: str | None = None
    direction: Literal["inbound", "outbound"] | None = None
    outcome: str | None = None
    message_id: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    due_at: datetime | None = None
    done_at: datetime | None = None
    lead_id: UUID | None = None
    account_id: UUID | None = None
    contact_id: UUID | None = None
    deal_id: UUID | None = None
    owner_id: UUID | None = None
    source_system: str | None = None
    external_id: str | None = None
    archived_at: datetime | None = None

    def edit(self, values: Mapping[str, Any], *, now: datetime) -> Change["Activity"] | None:
        """The activity with these values; None when nothing differs. Refuses an end before the start."""
        changes = differing(self, values)
        if not changes:
            return None
        after = advanced(self, now, changes)
        _check_times(after)
        what = edited_as(changes)
        event = _EDITED[what](**public_state(after), changed=tuple(changes))
        return Change(after, what, now, before_and_after(self, changes), event)

    def archive(self, *, now: datetime) -> Change["Activity"] | None:
        """Put away; None when it is."""
        return self.edit({"archived_at": self.archived_at or now}, now=now)

    def restore(self, *, now: datetime) -> Change["Activity"] | None:
        """Brought back as it was; None when it was not put away."""
        return self.edit({"archived_at": None}, now=now)

    def happened_at(self, now: datetime) -> datetime | None:
        """When it was done or began; None for what is only planned."""
        past = [moment for moment in (self.started_at, self.done_at) if moment is not None and moment <= now]
        return max(past, default=None)

    @property
    def is_open(self) -> bool:
        """Still to be done."""
        return self.done_at is None and self.archived_at is None

    def lapse(self, *, now: datetime) -> Change["Activity"]:
        """Its time has passed and it is not done; the fact is of the instant it was due."""
        after = advanced(self, now, {})
        return Change(after, "overdue", self.due_at or now, {}, ActivityOverdue(**public_state(after)))

    def spoke_at(self, now: datetime) -> datetime | None:
        """When somebody was spoken with; None for tasks and for what is only planned."""
        if self.type == "task":
            return None
        past = [moment for moment in (self.started_at, self.done_at) if moment is not None and moment <= now]
        return min(past, default=None)


def new_activity(activity_id: UUID, values: Mapping[str, Any], *, now: datetime) -> Change[Activity]:
    """An activity as it comes in. It happened when it was done or began; a plan, when it was made."""
    born = values.get("created_at") or now
    activity = Activity(**{**values, "id": activity_id, "created_at": born, "updated_at": now})
    _check_times(activity)
    past = [at for at in (activity.done_at, activity.started_at) if at is not None and at <= now]
    at = past[0] if past else born
    return Change(activity, "logged", at, {}, ActivityLogged(**public_state(activity)))


def message_ids(text: str | None) -> tuple[str, ...]:
    """The ids of mails in a header (RFC 5322), with their angle brackets, which may be left out for one."""
    bare = (text or "").strip()
    found = _MESSAGE_ID.findall(bare)
    return tuple(found or ([f"<{bare}>"] if bare and not re.search(r"[<>\s]", bare) else []))


def public_state(activity: Activity) -> dict[str, Any]:
    """What others may know of the activity: no text."""
    shown = {name: getattr(activity, name) for name in _PUBLIC}
    return {"activity_id": activity.id, "activity_type": activity.type, **shown}


def _check_times(activity: Activity) -> None:
    started, ended = activity.started_at, activity.ended_at
    if started is not None and ended is not None and ended < started:
        detail = "It ends before it starts."
        raise ActivityError("validation_failed", detail, [FieldError("/ended_at", "before_start", detail)])
