"""A seller's desk at an instant: is anybody there."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from services.leads.seller.domain import Seller
from services.leads.working_time.domain import Hours, Week, WorkingTime, office_week


@dataclass(frozen=True, slots=True)
class Office:
    """The hours of the organisation: what a seller without own hours keeps."""

    working_days: tuple[int, ...]
    time_zone: str
    closed: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Desk:
    """`away_until`: the end of the absence that goes on, None when there is none. `today_began`: midnight on
    the seller's clock."""

    seller: Seller
    away_until: datetime | None
    at_work: bool
    today_began: datetime


def desk_at(now: datetime, seller: Seller, office: Office, away_until: datetime | None = None) -> Desk:
    """The desk at this instant."""
    zone = ZoneInfo(seller.time_zone or office.time_zone)
    hours = WorkingTime(week_of(seller) or office_week(office.working_days), zone, office.closed)
    midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
    return Desk(seller, away_until, hours.is_open(now), midnight.astimezone(UTC))


def week_of(seller: Seller) -> Week | None:
    """The seller's own hours; None when it keeps the office's."""
    if seller.working_hours is None:
        return None
    week: dict[int, tuple[Hours, ...]] = {}
    for each in seller.working_hours:
        hours = Hours(_minute(each["from"]), _minute(each["to"]))
        week[each["weekday"]] = (*week.get(each["weekday"], ()), hours)
    return week


def _minute(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)
