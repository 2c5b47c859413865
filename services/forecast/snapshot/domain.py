"""A snapshot: an instant of knowledge with a name, and the figures that were frozen of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from shared.contracts.errors import DomainError, FieldError
from shared.contracts.events.forecast_snapshot import SnapshotKind, SnapshotTaken
from shared.contracts.periods import Calendar, Period

DAILY = "snapshot.daily"
"""The kind of work that takes them day by day."""
SUBJECT = UUID(int=0)
"""There is one row of days."""
SETTLES = timedelta(minutes=5)
"""So long after midnight: what happened before has arrived by then."""
LATE = timedelta(hours=1)
"""Taken later than this after midnight, it says so."""
CLOSED_MONTHS = 12
"""What was won in so many months before the month of a snapshot is frozen with it."""
_MOST_WAITS = 60
_KINDS = ("week", "month", "quarter", "year")


class SnapshotError(DomainError):
    """Why there is no such snapshot, or no such figure in it."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """As of `taken_at`, known then too. `calendar` and `currency` are those of `made_at`.

    `taken_late`: the worker came to it more than an hour after `taken_at`.
    """

    id: UUID
    kind: SnapshotKind
    name: str
    note: str | None
    taken_at: datetime
    made_at: datetime
    taken_late: bool
    day: date | None
    periods: tuple[str, ...]
    currency: str
    calendar: Calendar
    asked_by: UUID | None

    def taken(self) -> SnapshotTaken:
        """The fact."""
        names = ("kind", "taken_at", "made_at", "taken_late", "currency", "day", "periods")
        return SnapshotTaken(snapshot_id=self.id, **{name: getattr(self, name) for name in names})

    @property
    def first_closed_month(self) -> date:
        """The month from which on won deals are frozen."""
        today = self.calendar.local_date(self.taken_at)
        index = today.year * 12 + today.month - 1 - CLOSED_MONTHS
        return date(index // 12, index % 12 + 1, 1)


def of_day(snapshot_id: UUID, day: date, calendar: Calendar, *, currency: str, now: datetime) -> Snapshot:
    """That of the midnight with which the day begins."""
    midnight = calendar.start_of(day)
    periods = periods_beginning(day, calendar)
    return Snapshot(
        id=snapshot_id,
        kind="period_start" if periods else "daily",
        name=day.isoformat(),
        note=None,
        taken_at=midnight,
        made_at=now,
        taken_late=now - midnight > LATE,
        day=day,
        periods=periods,
        currency=currency,
        calendar=calendar,
        asked_by=None,
    )


def periods_beginning(day: date, calendar: Calendar) -> tuple[str, ...]:
    """The week, month, quarter and year that begin with this day."""
    found = (calendar.period(kind, now=calendar.start_of(day)) for kind in _KINDS)
    return tuple(period.name for period in found if period.starts_on == day)


def frozen_period(of: Snapshot, period: Period) -> Period:
    """The period. Refuses with `period_invalid` what is not made of months, by which figures are frozen, and
    what begins before the first month of which won deals are."""
    first = of.first_closed_month
    if period.starts_on.day != 1 or (period.ends_on + timedelta(days=1)).day != 1:
        raise _not_frozen("Figures are frozen by month: a period is one or more months.", "wrong_format")
    if period.starts_on < first:
        detail = (
            f"This snapshot holds what was won from {first} on. For earlier periods ask GET /v1/forecast "
            f"with `as_of` and `known_at` {of.taken_at.isoformat()}."
        )
        raise _not_frozen(detail, "out_of_range")
    return period


def _not_frozen(detail: str, code: str) -> SnapshotError:
    return SnapshotError("period_invalid", detail, [FieldError("/query/period", code, detail)])


@dataclass(frozen=True, slots=True)
class Turn:
    """The work that takes the snapshot of a day: how often it has waited for the ledger to catch up."""

    day: date
    waits: int = 0

    @classmethod
    def read(cls, payload: Mapping[str, Any]) -> "Turn":
        """As it was planned."""
        return cls(date.fromisoformat(payload["day"]), payload.get("waits", 0))

    def payload(self) -> dict[str, Any]:
        """To be planned."""
        return {"day": self.day.isoformat(), "waits": self.waits}

    def waits_until(self, midnight: datetime, now: datetime, *, catching_up: bool) -> datetime | None:
        """When to look again; None: now it is taken.

        Before its midnight; two minutes, once, after an outage, in which events begin to arrive; minute by
        minute while old events arrive, an hour at most.
        """
        if now < midnight + SETTLES:
            return midnight + SETTLES
        if now - midnight > LATE and self.waits == 0:
            return now + timedelta(minutes=2)
        if catching_up and self.waits < _MOST_WAITS:
            return now + timedelta(minutes=1)
        return None
