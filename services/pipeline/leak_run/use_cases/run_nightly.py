"""Look for leaks every night at three, by the organisation's clock, and keep what was found."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.leak.queries import Asked
from services.pipeline.leak.use_cases.find_leaks import find_leaks, windows
from services.pipeline.leak_run import repository
from services.pipeline.leak_run.domain import NIGHTLY, SUBJECT, LeakRun, sightings
from services.pipeline.tables import ORGANISATION
from shared.agenda.domain import Due
from shared.agenda.planning import is_planned, plan_work
from shared.contracts.errors import DomainError
from shared.contracts.ids import new_id
from shared.contracts.periods import Calendar
from shared.observability import metrics
from shared.organisation.queries import load_organisation
from shared.persistence.database import Database
from shared.reporting.asked import Asked as AskedTime

_HOUR = timedelta(hours=3)
_EARLIER_MONTHS = 12


async def run_nightly(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """Over all deals, as the report does for who sees all; then the next night is planned."""
    organisation = await load_organisation(connection, ORGANISATION)
    calendar = organisation.calendar
    when = windows(AskedTime(), calendar, earlier_months=_EARLIER_MONTHS, now=now)
    leaks = await find_leaks(connection, Asked(when.span, organisation, readable=true()))
    before = await repository.last_sightings(connection)
    run = LeakRun(
        id=new_id(),
        at=now,
        begins=when.period.starts_on,
        ends=when.period.ends_on,
        currency=organisation.base_currency,
        comparisons=len(leaks.run.comparisons),
        too_small=leaks.run.too_small,
        findings=sightings(leaks.findings, before, calendar.local_date(now)),
    )
    await repository.add(connection, run)
    metrics.leaks_found.labels("pipeline").set(len(run.findings))
    await plan_work(connection, [Due(NIGHTLY, SUBJECT, next_night(calendar, now))])


async def plan_first_night(database: Database, now: datetime) -> None:
    """Begins the row of nights as soon as the organisation is known, and again should it ever break."""
    async with database.transaction() as connection:
        if await is_planned(connection, NIGHTLY, SUBJECT):
            return
        try:
            calendar = (await load_organisation(connection, ORGANISATION)).calendar
        except DomainError:
            return
        await plan_work(connection, [Due(NIGHTLY, SUBJECT, next_night(calendar, now))])


def next_night(calendar: Calendar, now: datetime) -> datetime:
    """The first three o'clock local time after `now`."""
    today = calendar.local_date(now)
    tonight = calendar.start_of(today) + _HOUR
    return tonight if tonight > now else calendar.start_of(today + timedelta(days=1)) + _HOUR
