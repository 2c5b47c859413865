"""Somebody, the night, or a change of deals asks for a run."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.deal_ledger.queries import last_event_at
from services.forecast.prediction.domain.run import NIGHTLY, RUN, SUBJECT, next_due
from services.forecast.prediction.queries.runs import last_run
from services.forecast.prediction.repository import runs
from services.forecast.tables import ORGANISATION
from shared.agenda.domain import Due
from shared.agenda.planning import is_planned, plan_work
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.ids import new_id
from shared.contracts.periods import Calendar
from shared.organisation.queries import load_organisation
from shared.persistence.database import Database

_HOUR, _SOON = timedelta(hours=3), timedelta(minutes=5)


async def request_prediction(
    connection: AsyncConnection, by: str | None, *, now: datetime, as_of: datetime | None = None
) -> UUID:
    """The run that will be, or the same one that is under way: there is one at a time. `as_of`: of the past.

    Refuses the future with `validation_failed`, and with `prediction_under_way` while another is.
    """
    if as_of is not None and as_of > now:
        detail = "How things stood is known of the past only."
        raise DomainError("validation_failed", detail, [FieldError("/as_of", "in_the_future", detail)])
    run_id = new_id()
    values = {"id": run_id, "requested_at": now, "requested_by": by, "of_past": as_of is not None}
    if await runs.queue(connection, {**values, "as_of": as_of or now}):
        await plan_work(connection, [Due(RUN, run_id, now)])
        return run_id
    present = await runs.under_way(connection)
    if present is None or present[1] != as_of:
        raise DomainError("prediction_under_way", "A run as of another instant is under way.")
    return present[0]


async def request_nightly(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """Asks for the night's run, and plans the next night; again soon while a run of the past is under way."""
    calendar = (await load_organisation(connection, ORGANISATION)).calendar
    due = next_night(calendar, now)
    try:
        await request_prediction(connection, None, now=now)
    except DomainError:
        due = now + _SOON
    await plan_work(connection, [Due(NIGHTLY, SUBJECT, due)])


async def follow_changes(database: Database, now: datetime) -> None:
    """Begins the row of nights once the organisation is known; asks for a run when deals have changed."""
    async with database.transaction() as connection:
        try:
            calendar = (await load_organisation(connection, ORGANISATION)).calendar
        except DomainError:
            return
        if not await is_planned(connection, NIGHTLY, SUBJECT):
            await plan_work(connection, [Due(NIGHTLY, SUBJECT, next_night(calendar, now))])
        if next_due(await last_run(connection), await last_event_at(connection), now):
            with suppress(DomainError):  # a run of the past is under way: the next look asks again
                await request_prediction(connection, None, now=now)


def next_night(calendar: Calendar, now: datetime) -> datetime:
    """The first three o'clock local time after `now`."""
    today = calendar.local_date(now)
    tonight = calendar.start_of(today) + _HOUR
    return tonight if tonight > now else calendar.start_of(today + timedelta(days=1)) + _HOUR
