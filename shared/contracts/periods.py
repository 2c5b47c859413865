"""Periods under the organisation's calendar: its time zone, fiscal year and working days.

Must never break: "today", weeks, months, quarters and years are the organisation's, not the server's.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.contracts.errors import DomainError, FieldError

_QUARTER = re.compile(r"([0-9]{4})-Q([1-4])")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_WEEK = re.compile(r"([0-9]{4})-W([0-9]{2})")
_YEAR = re.compile(r"[0-9]{4}")
FORMS = "2027-Q1, 2027-03, 2027-W09, 2027, or week, month, quarter, year for the current one"


@dataclass(frozen=True, slots=True)
class Period:
    """Local dates, both inclusive, and the same span as UTC instants, end exclusive."""

    name: str
    starts_on: date
    ends_on: date
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Calendar:
    """A fiscal year is named by the calendar year in which it ends; weeks are ISO weeks."""

    time_zone: str = "UTC"
    fiscal_year_start_month: int = 1
    working_days: tuple[int, ...] = (1, 2, 3, 4, 5)

    def local_date(self, instant: datetime) -> date:
        """The organisation's date at this instant."""
        return instant.astimezone(ZoneInfo(self.time_zone)).date()

    def start_of(self, day: date) -> datetime:
        """The UTC instant at which this local date begins."""
        return datetime.combine(day, time(), ZoneInfo(self.time_zone)).astimezone(UTC)

    def span(self, name: str, starts_on: date, ends_on: date) -> Period:
        """The period from one local date to another, both inclusive."""
        return Period(
            name, starts_on, ends_on, self.start_of(starts_on), self.start_of(ends_on + timedelta(days=1))
        )

    def period(self, text: str, *, now: datetime) -> Period:
        """The period named by `text` (see FORMS). Anything else raises DomainError `period_invalid`."""
        try:
            return self._parse(text, self.local_date(now))
        except (ValueError, OverflowError):
            detail = f"A period is one of {FORMS}."
            raise DomainError(
                "period_invalid", detail, [FieldError("/query/period", "period_invalid", detail)]
            ) from None

    def current_name(self, kind: str, today: date) -> str:
        """The name of the week, month, quarter or year that holds `today`."""
        iso = today.isocalendar()
        year, quarter = self._fiscal_quarter(today)
        names = {
            "week": f"{iso.year}-W{iso.week:02}",
            "month": f"{today.year}-{today.month:02}",
            "quarter": f"{year}-Q{quarter}",
            "year": str(year),
        }
        return names[kind]

    def working_days_between(self, first: date, last: date) -> int:
        """How many working days lie from `first` to `last`, both inclusive; 0 when last is before first."""
        return sum(1 for day in _days(first, last) if day.isoweekday() in self.working_days)

    def _parse(self, text: str, today: date) -> Period:
        if text in ("week", "month", "quarter", "year"):
            text = self.current_name(text, today)
        if match := _QUARTER.fullmatch(text):
            first = self._quarter_start(int(match[1]), int(match[2]))
            return self.span(text, first, _add_months(first, 3) - timedelta(days=1))
        if match := _MONTH.fullmatch(text):
            first = date(int(match[1]), int(match[2]), 1)
            return self.span(text, first, _add_months(first, 1) - timedelta(days=1))
        if match := _WEEK.fullmatch(text):
            first = date.fromisocalendar(int(match[1]), int(match[2]), 1)
            return self.span(text, first, first + timedelta(days=6))
        if match := _YEAR.fullmatch(text):
            first = self._quarter_start(int(match[0]), 1)
            return self.span(text, first, _add_months(first, 12) - timedelta(days=1))
        raise ValueError(text)

    def _quarter_start(self, fiscal_year: int, quarter: int) -> date:
        begins = fiscal_year if self.fiscal_year_start_month == 1 else fiscal_year - 1
        return _add_months(date(begins, self.fiscal_year_start_month, 1), 3 * (quarter - 1))

    def _fiscal_quarter(self, day: date) -> tuple[int, int]:
        months = (day.month - self.fiscal_year_start_month) % 12
        start_year = day.year if day.month >= self.fiscal_year_start_month else day.year - 1
        year = start_year if self.fiscal_year_start_month == 1 else start_year + 1
        return year, months // 3 + 1


def _add_months(first_of_month: date, months: int) -> date:
    index = first_of_month.year * 12 + first_of_month.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def _days(first: date, last: date) -> Iterator[date]:
    for offset in range((last - first).days + 1):
        yield first + timedelta(days=offset)
