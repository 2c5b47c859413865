"""The organisation says when it works."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.organisation import repository as organisations
from services.gateway.organisation.domain import Organisation
from services.gateway.organisation.use_cases.keep_organisation import change_settings
from services.gateway.working_time import repository
from services.gateway.working_time.schemas import WeekIn, WorkingHoursOut
from shared.contracts.envelope import EventContext
from shared.working_time.domain import WorkingTimeError, office_week, read_week, written_week


def shown_hours(organisation: Organisation) -> WorkingHoursOut:
    """The hours that count."""
    own = organisation.working_hours
    week = office_week(tuple(organisation.working_days)) if own is None else read_week(own)
    return WorkingHoursOut.model_validate(
        {
            "version": organisation.version,
            "time_zone": ZoneInfo(organisation.time_zone).key,
            "source": "organisation" if own is None else "own",
            "week": written_week(week),
        }
    )


async def set_working_hours(
    connection: AsyncConnection,
    week: WeekIn | None,
    *,
    seen_version: int | None,
    now: datetime,
    context: EventContext,
) -> Organisation:
    """With the new hours. Refuses hours that cannot be, none at all, and `version_conflict`."""
    written = None if week is None else written_week(week.week())
    if written == {}:
        raise WorkingTimeError("never_open", "There are no hours on any day of the week.")
    before = await organisations.get(connection)
    after = await change_settings(
        connection, {"working_hours": written}, seen_version=seen_version, now=now, context=context
    )
    if after.version != before.version:
        changes = {"week": (before.working_hours, written)}
        await repository.note_step(connection, after, "changed", changes, now=now, context=context)
    return after
