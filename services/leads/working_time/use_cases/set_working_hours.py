"""The organisation says when it works."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.record.use_cases.keep_settings import Settings
from services.leads.working_time.queries import working_time
from services.leads.working_time.repository import HOURS, THE_HOURS
from services.leads.working_time.schemas import WeekIn, WorkingHoursOut
from shared.working_time.domain import WorkingTimeError, written_week

SETTINGS = Settings(HOURS, "working_hours")


async def show_working_hours(connection: AsyncConnection) -> WorkingHoursOut:
    """The hours that count."""
    kept = await SETTINGS.find(connection, THE_HOURS)
    counts = await working_time(connection)
    return WorkingHoursOut.model_validate(
        {
            "version": kept.version,
            "time_zone": counts.zone.key,
            "source": "organisation" if kept.week is None else "own",
            "week": written_week(counts.week),
        }
    )


async def set_working_hours(
    connection: AsyncConnection, week: WeekIn | None, *, seen_version: int | None, now: datetime
) -> WorkingHoursOut:
    """The new hours; deadlines that were set before stay. Refuses hours that cannot be, and none at all."""
    written = None if week is None else written_week(week.week())
    if written == {}:
        raise WorkingTimeError("never_open", "There are no hours on any day of the week.")
    await SETTINGS.edit(connection, THE_HOURS, {"week": written}, seen_version=seen_version, now=now)
    return await show_working_hours(connection)
