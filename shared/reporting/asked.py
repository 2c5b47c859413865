"""From what a caller writes to a span of time and an instant, under the organisation's calendar.

Must never break: `from` and `to` are both included, in the organisation's time zone.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from shared.contracts.errors import DomainError, FieldError
from shared.contracts.periods import FORMS, Calendar, Period

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_KINDS = {
    "week": re.compile(r"[0-9]{4}-W[0-9]{2}"),
    "month": re.compile(r"[0-9]{4}-[0-9]{2}"),
    "quarter": re.compile(r"[0-9]{4}-Q[1-4]"),
    "year": re.compile(r"[0-9]{4}"),
}
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_MICROSECOND = timedelta(microseconds=1)


class PeriodError(DomainError):
    """A period or an instant that cannot be read: `period_invalid` or `invalid_parameter`, both 400."""


@dataclass(frozen=True, slots=True)
class Question:
    """The period asked about, the business instant that counts, and what had been told by when.

    `as_of` is None when the caller wants it as it stands now; `known_at` when all that is known now counts.
    """

    period: Period
    as_of: datetime | None
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """The parameters `period`, `from`, `to`, `as_of` and `known_at` as they came."""

    period: str | None = None
    first: str | None = None
    last: str | None = None
    as_of: str | None = None
    known_at: str | None = None


def question_of(asked: Asked, calendar: Calendar, *, now: datetime, default: str = "quarter") -> Question:
    """What is asked. A date as `as_of` means the end of that day, an instant means just that.

    `known_at` alone means as of then too; the future is refused, today means now.
    """
    period = _period(asked, calendar, now=now, default=default)
    as_of = None if asked.as_of is None else past_instant(asked.as_of, "as_of", calendar, now=now)
    known_at = None if asked.known_at is None else past_instant(asked.known_at, "known_at", calendar, now=now)
    return Question(period, known_at if as_of is None else as_of, known_at)


@dataclass(frozen=True, slots=True)
class Moment:
    """How things stood at `as_of`, as far as that was known at `known_at`; None is all that is known now."""

    as_of: datetime
    known_at: datetime | None = None

    @property
    def seen_at(self) -> datetime:
        """When somebody would have seen it so: for what was never told later than it was."""
        return self.as_of if self.known_at is None else min(self.as_of, self.known_at)


@dataclass(frozen=True, slots=True)
class AskedMoment:
    """The parameters `as_of` and `known_at` as they came."""

    as_of: str | None = None
    known_at: str | None = None

    def moment(self, calendar: Calendar, *, now: datetime) -> Moment | None:
        """What is asked, None where nothing is; `known_at` alone means as of then too.

        A day means its end, today means now. Refuses the future, and what cannot be read.
        """
        if self.as_of is None and self.known_at is None:
            return None
        known_at = (
            None if self.known_at is None else past_instant(self.known_at, "known_at", calendar, now=now)
        )
        if self.as_of is None:
            return Moment(known_at or now, known_at)
        return Moment(past_instant(self.as_of, "as_of", calendar, now=now), known_at)


def named_period(text: str, calendar: Calendar, *, now: datetime, pointer: str = "/query/period") -> Period:
    """The period of this name, between 1900 and 2200. Refuses with `period_invalid` at `pointer`."""
    year = re.match(r"\d{4}", text)
    try:
        if text.isascii() and text == text.strip() and (year is None or _is_near(int(year[0]))):
            return calendar.period(text, now=now)
    except DomainError:
        pass
    raise _invalid(pointer, f"A period is one of {FORMS}.")


def _period(asked: Asked, calendar: Calendar, *, now: datetime, default: str) -> Period:
    if asked.first is None and asked.last is None:
        return named_period(default if asked.period is None else asked.period, calendar, now=now)
    if asked.period is not None or asked.first is None or asked.last is None:
        wrong = "period" if asked.period is not None else "from" if asked.first is None else "to"
        raise _invalid(f"/query/{wrong}", "Give either `period` or both `from` and `to`.")
    first, last = _date(asked.first, "from"), _date(asked.last, "to")
    if last < first:
        raise _invalid("/query/to", "`to` is before `from`; both days are included.")
    return calendar.span(f"{first.isoformat()}..{last.isoformat()}", first, last)


def _date(text: str, parameter: str) -> date:
    try:
        day = date.fromisoformat(text) if _DATE.match(text) else None
    except ValueError:
        day = None
    if day is None or not _is_near(day.year):
        detail = f"A date is written 2027-03-01, its year between {_FIRST_YEAR} and {_LAST_YEAR}."
        raise _invalid(f"/query/{parameter}", detail)
    return day


def _is_near(year: int) -> bool:
    """Whether a calendar can reckon with the year without leaving what a date can say."""
    return _FIRST_YEAR <= year <= _LAST_YEAR


def _invalid(pointer: str, detail: str) -> PeriodError:
    return PeriodError("period_invalid", detail, [FieldError(pointer, "period_invalid", detail)])


def past_instant(text: str, parameter: str, calendar: Calendar, *, now: datetime) -> datetime:
    """A day as its end, today as now, or an instant. Refuses with `invalid_parameter` what lies ahead or
    cannot be read."""
    instant = _as_of(text, calendar, parameter)
    if instant > now and text == calendar.local_date(now).isoformat():
        return now
    if instant > now:
        detail = f"`{parameter}` lies in the future; how things stood is known of the past only."
        raise PeriodError(
            "invalid_parameter", detail, [FieldError(f"/query/{parameter}", "in_the_future", detail)]
        )
    return instant


def _as_of(text: str, calendar: Calendar, parameter: str) -> datetime:
    try:
        if _DATE.match(text):
            day = date.fromisoformat(text)
            if _is_near(day.year):
                return calendar.start_of(day + timedelta(days=1)) - _MICROSECOND
        else:
            # An unescaped `+` of an offset arrives as a blank.
            instant = datetime.fromisoformat(text.strip().replace(" ", "+"))
            if instant.tzinfo is not None and _is_near(instant.year):
                return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    detail = (
        f"`{parameter}` is a date (2027-03-01) or an instant with a time zone (2027-03-01T12:00:00Z), "
        f"its year between {_FIRST_YEAR} and {_LAST_YEAR}."
    )
    raise PeriodError(
        "invalid_parameter", detail, [FieldError(f"/query/{parameter}", "wrong_format", detail)]
    ) from None


def period_before(period: Period, calendar: Calendar) -> Period:
    """The week, month, quarter or year before; before any other span one that is as long."""
    last = period.starts_on - timedelta(days=1)
    for kind, form in _KINDS.items():
        if form.fullmatch(period.name):
            return calendar.period(calendar.current_name(kind, last), now=period.starts_at)
    first = last - (period.ends_on - period.starts_on)
    return calendar.span(f"{first.isoformat()}..{last.isoformat()}", first, last)
