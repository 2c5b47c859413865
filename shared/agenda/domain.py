"""Work that is due at an instant."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

MOST_ATTEMPTS = 8


@dataclass(frozen=True, slots=True)
class Due:
    """One piece of work. There is one for each (`kind`, `subject_id`): planning it again moves it.

    `correlation_id` and `traceparent` are of the request or message that planned it.
    """

    kind: str
    subject_id: UUID
    due_at: datetime
    payload: Mapping[str, Any] = field(default_factory=dict)
    correlation_id: str | None = None
    traceparent: str | None = None
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Backlog:
    """How many pieces of work are planned for later, overdue and set aside; how many of the first two have
    failed before and are tried again (`failing`); how long the oldest is overdue."""

    planned: int = 0
    overdue: int = 0
    failing: int = 0
    set_aside: int = 0
    oldest_seconds: float = 0

    def __add__(self, other: "Backlog") -> "Backlog":
        """Of both together."""
        return Backlog(
            self.planned + other.planned,
            self.overdue + other.overdue,
            self.failing + other.failing,
            self.set_aside + other.set_aside,
            max(self.oldest_seconds, other.oldest_seconds),
        )


@dataclass(frozen=True, slots=True)
class SetAside:
    """Work that failed so often that it waits for a person."""

    kind: str
    subject_id: UUID
    since: datetime
    attempts: int
    error: str | None


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When to try work again that failed so often: after 1, 2, 4 ... s; None when it is to be set aside."""
    return now + timedelta(seconds=2 ** (attempts - 1)) if attempts < MOST_ATTEMPTS else None
