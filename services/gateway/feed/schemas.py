"""What the feed looks like in the API."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel


class EventOut(BaseModel):
    """One fact. A `tombstone` says that the record has left the caller's view: forget it.

    `correlation_id` is that of the request that began it all, `causation_id` the event that led to this one.
    """

    position: int
    id: UUID
    topic: str
    type: str
    subject: UUID
    sequence: int
    time: datetime
    tombstone: bool
    actor: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None
    changed: list[str]
    data: dict[str, Any] | None


class EventsOut(BaseModel):
    """Go on with `after=<next>`. `more`: there is more to fetch right now."""

    items: list[EventOut]
    next: int
    more: bool


class TicketOut(BaseModel):
    """For one `GET /v1/stream?ticket=...` within `expires_in` seconds."""

    ticket: str
    expires_in: int
