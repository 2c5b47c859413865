"""Topic `leads.activity`: what reps did and will do. Never the text of it: that may name people."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.event import Event

ActivityType = Literal["call", "visit", "email", "meeting", "task"]


class ActivityState(Event):
    """An activity after the change. Linked to a lead, an account, a deal, or several of them."""

    activity_id: UUID
    activity_type: ActivityType
    created_at: datetime
    owner_id: UUID | None = None
    lead_id: UUID | None = None
    account_id: UUID | None = None
    contact_id: UUID | None = None
    deal_id: UUID | None = None
    direction: Literal["inbound", "outbound"] | None = None
    outcome: str | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None
    due_at: datetime | None = None
    done_at: datetime | None = None
    archived_at: datetime | None = None


class ActivityLogged(ActivityState):
    type: ClassVar[str] = "leads.activity.logged"


class ActivityChanged(ActivityState):
    type: ClassVar[str] = "leads.activity.changed"


class ActivityArchived(ActivityState):
    """Put away: lists and figures leave it out."""

    type: ClassVar[str] = "leads.activity.archived"


class ActivityRestored(ActivityState):
    """Brought back from the archive, with everything it had."""

    type: ClassVar[str] = "leads.activity.restored"


class ActivityOverdue(ActivityState):
    """It was not done by `due_at`, which is the time of this event."""

    type: ClassVar[str] = "leads.activity.overdue"


EVENTS = (ActivityLogged, ActivityChanged, ActivityArchived, ActivityRestored, ActivityOverdue)
