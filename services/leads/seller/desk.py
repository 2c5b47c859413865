"""A seller's desk at an instant: is anybody there."""

from dataclasses import dataclass
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from services.leads.seller.domain import Seller
from shared.working_time.domain import Hours, Week, WorkingTime


@dataclass(frozen=True, slots=True)
class Desk:
    """`away_until`: the end of the absence that goes on, None when there is none. `closed_today`: it is a
    closed day of the organisation on the seller's clock. `today_began`: midnight on that clock."""

    seller: Seller
    away_until: datetime | None
    at_work: bool
    closed_today: bool
    today_began: datetime


def desk_at(now: datetime, seller: Seller, office: WorkingTime, away_until: datetime | None = None) -> Desk:
    """The desk at this instant. `office`: the organisation's hours, which a seller without own hours keeps,
    and its closed days, which all keep."""
    zone = ZoneInfo(seller.time_zone) if seller.time_zone else office.zone
    own = week_of(seller)
    hours = WorkingTime(office.week if own is None else own, zone, office.closed)
    today = now.astimezone(zone).date()
    midnight = datetime.combine(today, time(), zone)
    return Desk(seller, away_until, hours.is_open(now), today in office.closed, midnight.astimezone(UTC))


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
