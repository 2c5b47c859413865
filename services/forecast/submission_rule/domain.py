"""Deadlines of a period: every week on a weekday, or once on a working day counted from its beginning."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from services.forecast.node.domain import PeopleKind
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.periods import Calendar, Period
from shared.working_time.domain import WorkingTime

PeriodKind = Literal["week", "month", "quarter", "year"]
OPEN_ROUND = "submission.round"
"""The kind of work that asks for the next submissions."""
_SUBJECTS = UUID("0193a5f0-0000-7000-8000-000000000000")
_DAY = timedelta(days=1)
_PERIODS_AHEAD = 3
_MOST_HOURS = 144
_MOST_DAYS: Mapping[PeriodKind, int] = {"week": 5, "month": 15, "quarter": 45, "year": 60}


@dataclass(frozen=True, slots=True)
class Office:
    """The organisation's calendar and the days on which it works."""

    calendar: Calendar
    working: WorkingTime

    def at(self, day: date, clock: time) -> datetime:
        """The instant at which the organisation's clock shows this."""
        zone = ZoneInfo(self.calendar.time_zone)
        return datetime.combine(day, clock, zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Round:
    """One deadline of a period."""

    period: Period
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Rule:
    """For periods of a kind: `weekday` (1 is Monday) of every week of the period, or `working_day`: 1 is the
    first of the period, -1 the last before it. `at` is local. `asked`: who is to hand in."""

    kind: PeriodKind
    weekday: int | None = None
    working_day: int | None = None
    at: time = time(17)
    reminder_hours: int = 24
    grace_hours: int = 24
    asked: tuple[PeopleKind, ...] = ("member", "team")

    @property
    def subject(self) -> UUID:
        """What its rounds are planned by."""
        return uuid5(_SUBJECTS, self.kind)

    @property
    def grace(self) -> timedelta:
        """From the deadline to the lock."""
        return timedelta(hours=self.grace_hours)

    @property
    def notice(self) -> timedelta:
        """From the reminder to the deadline."""
        return timedelta(hours=self.reminder_hours)

    def deadlines(self, period: Period, office: Office) -> list[datetime]:
        """Those of a period, in order."""
        return [office.at(day, self.at) for day in self._days(period, office)]

    def next_round(self, office: Office, *, after: datetime) -> Round:
        """The first deadline after the instant, of whatever period."""
        rounds = [
            Round(period, due_at)
            for period in self._periods(office.calendar, after)
            for due_at in self.deadlines(period, office)
            if due_at > after
        ]
        return min(rounds, key=lambda each: each.due_at)

    def round_of(self, period: Period, office: Office, *, now: datetime) -> Round | None:
        """The deadline that a submission made now is for: the first that is not locked yet."""
        left = [due_at for due_at in self.deadlines(period, office) if due_at + self.grace > now]
        return Round(period, left[0]) if left else None

    def checked(self, pointer: str) -> "Rule":
        """Refuses with `validation_failed` both ways of counting or none, a day beyond the period or further
        before it than it is long, and rounds that overlap."""
        if (self.weekday is None) == (self.working_day is None):
            raise _wrong(pointer, "one_required", "Give either `weekday` or `working_day`.")
        most = _MOST_DAYS[self.kind]
        if self.working_day is not None and not 1 <= abs(self.working_day) <= most:
            detail = f"Of a {self.kind} 1 to {most}, or -{most} to -1: 1 is the first, -1 the last before it."
            raise _wrong(f"{pointer}/working_day", "out_of_range", detail)
        if self.reminder_hours + self.grace_hours > _MOST_HOURS:
            raise _wrong(pointer, "out_of_range", f"Reminder and grace are {_MOST_HOURS} hours at most.")
        return self

    def _days(self, period: Period, office: Office) -> Iterator[date]:
        if self.weekday is not None:
            first = period.starts_on + _DAY * ((self.weekday - period.starts_on.isoweekday()) % 7)
            for week in range((period.ends_on - first).days // 7 + 1):
                yield first + 7 * _DAY * week
        elif self.working_day is not None:
            yield min(_counted(period.starts_on, self.working_day, office), period.ends_on)

    def _periods(self, calendar: Calendar, after: datetime) -> Iterator[Period]:
        day = calendar.local_date(after)
        for _ in range(_PERIODS_AHEAD):
            period = calendar.period(calendar.current_name(self.kind, day), now=after)
            yield period
            day = period.ends_on + _DAY


@dataclass(frozen=True, slots=True)
class Rules:
    """All rules, at most one for each kind of period. `stale_beyond`: a submission is stale when a figure
    beneath has moved by more than this share of it."""

    rules: tuple[Rule, ...] = ()
    stale_beyond: Decimal = Decimal("0.05")
    version: int = 0
    updated_at: datetime | None = None
    author_id: UUID | None = None

    def of(self, kind: PeriodKind) -> Rule | None:
        """The rule for periods of the kind."""
        return next((rule for rule in self.rules if rule.kind == kind), None)


def kind_of(period: Period) -> PeriodKind:
    """By its name."""
    if "-W" in period.name:
        return "week"
    if "-Q" in period.name:
        return "quarter"
    return "month" if "-" in period.name else "year"


def _counted(first: date, working_day: int, office: Office) -> date:
    """The n-th working day from the first day on, or before it; a year is looked through at most."""
    step, missing = (_DAY, working_day) if working_day > 0 else (-_DAY, -working_day)
    day = first - _DAY if working_day > 0 else first
    for _ in range(366):
        day += step
        missing -= office.working.works_on(day)
        if missing == 0:
            return day
    return day


def _wrong(pointer: str, code: str, detail: str) -> DomainError:
    return DomainError("validation_failed", detail, [FieldError(pointer, code, detail)])
