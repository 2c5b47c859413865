"""Days on which nobody works: named by a person, or the public holidays of a country."""

from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.setting_history.use_cases.keep_history import note_step
from services.leads.working_time import repository
from services.leads.working_time.schemas import ClosedDayIn, ClosedDayOut, ClosedDays, Holidays
from services.leads.working_time.use_cases.set_working_hours import SETTINGS
from shared.contracts.errors import DomainError, FieldError
from shared.working_time.domain import WorkingTimeError


async def close_day(connection: AsyncConnection, body: ClosedDayIn, *, now: datetime) -> ClosedDayOut:
    """The closed day. Refuses with `duplicate` when it is closed already."""
    day = ClosedDayOut(day=body.day, name=body.name, country=None)
    if not await repository.close(connection, [day]):
        raise DomainError("duplicate", f"{body.day} is a closed day already.")
    await _note(connection, "day_closed", (None, {str(day.day): day.name}), now)
    return day


async def close_holidays(connection: AsyncConnection, body: Holidays, *, now: datetime) -> ClosedDays:
    """The public holidays of that country; days that are closed already keep their names."""
    days = _public_holidays(body)
    new = await repository.close(connection, days)
    if new:
        names = {str(each.day): each.name for each in days if each.day in new}
        await _note(connection, "holidays_closed", (None, names), now)
    return ClosedDays(added=len(new), items=days)


async def open_day(connection: AsyncConnection, day: date, *, now: datetime) -> None:
    """People work on that day again. Refuses a day that is not closed."""
    name = await repository.open_again(connection, day)
    if name is None:
        raise DomainError("not_found", f"{day} is no closed day.")
    await _note(connection, "day_opened", ({str(day): name}, None), now)


async def _note(connection: AsyncConnection, what: str, change: tuple[Any, Any], now: datetime) -> None:
    """Closed days are part of the history of the working hours."""
    hours = await SETTINGS.find(connection, repository.THE_HOURS)
    await note_step(
        connection,
        SETTINGS.thing,
        hours.id,
        version=hours.version,
        what=what,
        changes={"closed_days": change},
        now=now,
    )


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
