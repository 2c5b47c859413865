"""Days on which nobody works: named by a person, or the public holidays of a country."""

from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.working_time import repository
from services.leads.working_time.domain import WorkingTimeError
from services.leads.working_time.schemas import ClosedDayIn, ClosedDayOut, ClosedDays, Holidays
from shared.contracts.errors import DomainError, FieldError


async def close_day(connection: AsyncConnection, body: ClosedDayIn) -> ClosedDayOut:
    """The closed day. Refuses with `duplicate` when it is closed already."""
    day = ClosedDayOut(day=body.day, name=body.name, country=None)
    if not await repository.close(connection, [day]):
        raise DomainError("duplicate", f"{body.day} is a closed day already.")
    return day


async def close_holidays(connection: AsyncConnection, body: Holidays) -> ClosedDays:
    """The public holidays of that country; days that are closed already keep their names."""
    days = _public_holidays(body)
    return ClosedDays(added=len(await repository.close(connection, days)), items=days)


async def open_day(connection: AsyncConnection, day: date) -> None:
    """People work on that day again. Refuses a day that is not closed."""
    if not await repository.open_again(connection, day):
        raise DomainError("not_found", f"{day} is no closed day.")


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
