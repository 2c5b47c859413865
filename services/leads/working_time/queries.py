"""Reads of the working time: what rules need in one query, and the list of closed days."""

from zoneinfo import ZoneInfo

from sqlalchemy import Date, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.tables import ORGANISATION
from services.leads.working_time.tables import closed_day, working_hours
from shared.contracts.periods import Calendar
from shared.web.listing import Field, Listing
from shared.working_time.domain import WorkingTime, office_week, read_week

CLOSED_DAYS = Listing(
    name="closed-days",
    table=closed_day,
    default_sort="day",
    id_field="day",
    fields={
        "day": Field(closed_day.c.day, "date", sortable=True),
        "name": Field(closed_day.c.name, "text"),
        "country": Field(closed_day.c.country, "text"),
    },
)


async def working_time(connection: AsyncConnection) -> WorkingTime:
    """The organisation's. Until it is known: Monday to Friday, UTC."""
    known = ORGANISATION.organisation.c
    closed = select(func.array_agg(closed_day.c.day, type_=ARRAY(Date))).scalar_subquery()
    own = select(working_hours.c.week).limit(1).scalar_subquery()
    zone = select(known.time_zone).limit(1).scalar_subquery()
    days = select(known.working_days).limit(1).scalar_subquery()
    row = (await connection.execute(select(zone, days, own, closed))).one()
    default = Calendar()
    week = office_week(tuple(row[1] or default.working_days)) if row[2] is None else read_week(row[2])
    return WorkingTime(week, ZoneInfo(row[0] or default.time_zone), frozenset(row[3] or ()))
