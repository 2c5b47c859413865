"""Days as ordinals of the organisation's local dates, and the months they lie in."""

from datetime import date

NEVER = 10_000_000


def month_of_quarter(day: int, fiscal_year_start_month: int = 1) -> int:
    """0, 1 or 2: which month of the fiscal quarter the day lies in."""
    return (date.fromordinal(day).month - fiscal_year_start_month) % 3


def quarters_between(start: int, day: int, fiscal_year_start_month: int = 1) -> int:
    """How many fiscal quarters begin after the start's and not after the day's."""
    first, last = (
        (here.year * 12 + here.month - fiscal_year_start_month) // 3
        for here in (date.fromordinal(start), date.fromordinal(day))
    )
    return last - first


def month_start(day: int, later: int = 0) -> int:
    """The first day of the month `later` months after the day's."""
    here = date.fromordinal(day)
    index = here.year * 12 + here.month - 1 + later
    return date(index // 12, index % 12 + 1, 1).toordinal()


def months_before(day: int, count: int) -> int:
    """The same day of the month `count` months earlier; the month's end where it is shorter."""
    first = month_start(day, -count)
    return min(first + day - month_start(day), month_start(first, 1))


def month_starts(start: int, end: int) -> list[int]:
    """The first days of months from `start` until before `end`."""
    first = start if start == month_start(start) else month_start(start, 1)
    found = []
    while first < end:
        found.append(first)
        first = month_start(first, 1)
    return found
