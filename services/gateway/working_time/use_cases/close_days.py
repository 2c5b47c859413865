"""Days on which nobody works: named by a person, or the public holidays of a country."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.organisation.use_cases import keep_organisation
from services.gateway.working_time import repository
from services.gateway.working_time.schemas import ClosedDayIn, ClosedDayOut, ClosedDays, Holidays
from shared.contracts.envelope import EventContext
from shared.contracts.errors import DomainError, FieldError
from shared.working_time.domain import WorkingTimeError


async def close_day(
    connection: AsyncConnection, body: ClosedDayIn, *, now: datetime, context: EventContext
) -> ClosedDayOut:
    """The closed day. Refuses with `duplicate` when it is closed already."""
    day = ClosedDayOut(day=body.day, name=body.name, country=None)
    if not await _close(connection, [day], "day_closed", now=now, context=context):
        raise DomainError("duplicate", f"{body.day} is a closed day already.")
    return day


async def close_holidays(
    connection: AsyncConnection, body: Holidays, *, now: datetime, context: EventContext
) -> ClosedDays:
    """The public holidays of that country; days that are closed already keep their names."""
    days = _public_holidays(body)
    added = await _close(connection, days, "holidays_closed", now=now, context=context)
    return ClosedDays(added=added, items=days)


async def open_day(connection: AsyncConnection, day: date, *, now: datetime, context: EventContext) -> None:
    """People work on that day again. Refuses a day that is not closed."""
    opened = await keep_organisation.open_day(connection, day, now=now, context=context)
    if opened is None:
        raise DomainError("not_found", f"{day} is no closed day.")
    after, name = opened
    changes = {"closed_days": ({str(day): name}, None)}
    await repository.note_step(connection, after, "day_opened", changes, now=now, context=context)


async def _close(
    connection: AsyncConnection,
    days: Sequence[ClosedDayOut],
    what: str,
    *,
    now: datetime,
    context: EventContext,
) -> int:
    """How many of them were not closed before."""
    rows = [day.model_dump() for day in days]
    after, new = await keep_organisation.close_days(connection, rows, now=now, context=context)
    if new:
        names = {str(each.day): each.name for each in days if each.day in new}
        changes = {"closed_days": (None, names)}
        await repository.note_step(connection, after, what, changes, now=now, context=context)
    return len(new)


def _public_holidays(body: Holidays) -> list[ClosedDayOut]:
    import holidays  # every country's, 6 MB: asked once a year

    try:
        found = holidays.country_holidays(body.country, subdiv=body.region, years=body.year)
    except NotImplementedError:
        detail = "The public holidays of this country or region are not known; name the days yourself."
        pointer = "/country" if body.region is None else "/region"
        raise WorkingTimeError(
            "holidays_unknown", detail, [FieldError(pointer, "holidays_unknown", detail)]
        ) from None
    place = body.country if body.region is None else f"{body.country}-{body.region}"
    return [
        ClosedDayOut(day=day, name=name[:200], country=place)
        for day, name in sorted(found.items())
        if day.year == body.year
    ]
