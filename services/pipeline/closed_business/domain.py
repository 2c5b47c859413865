"""Won deals, put into the days, weeks, months or quarters of a period."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal

from shared.contracts.errors import DomainError, FieldError
from shared.contracts.periods import Calendar, Period

By = Literal["day", "week", "month", "quarter"]
MOST_INTERVALS = 400


@dataclass(frozen=True, slots=True)
class Won:
    """Deals won: how many, what they are worth, what of that is credited, and how many have no amount."""

    won_deals: int = 0
    value: Decimal = Decimal()
    credited: Decimal = Decimal()
    without_amount: int = 0

    def __add__(self, other: "Won") -> "Won":
        return Won(
            self.won_deals + other.won_deals,
            self.value + other.value,
            self.credited + other.credited,
            self.without_amount + other.without_amount,
        )


def total(parts: Iterable[Won]) -> Won:
    """All of them together."""
    return sum(parts, Won())


def intervals(period: Period, by: By, calendar: Calendar, now: datetime) -> list[Period]:
    """The intervals of the period in order, the first and the last cut to it. Refuses with `period_invalid`
    more than 400 of them."""
    found: list[Period] = []
    day = period.starts_on
    while day <= period.ends_on:
        whole = _interval(day, by, calendar, now)
        last = min(whole.ends_on, period.ends_on)
        found.append(calendar.span(whole.name, day, last))
        day = last + timedelta(days=1)
        if len(found) > MOST_INTERVALS:
            detail = f"That is more than {MOST_INTERVALS} intervals; ask for longer ones or a shorter period."
            raise DomainError("period_invalid", detail, [FieldError("/query/by", "too_many", detail)])
    return found


def _interval(day: date, by: By, calendar: Calendar, now: datetime) -> Period:
    if by == "day":
        return calendar.span(day.isoformat(), day, day)
    return calendar.period(calendar.current_name(by, day), now=now)
