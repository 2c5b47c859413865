"""Take the snapshot of each midnight, one after the other, also of those that an outage has passed over."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.snapshot import repository
from services.forecast.snapshot.domain import DAILY, SETTLES, SUBJECT, Turn, of_day
from services.forecast.snapshot.use_cases.take_snapshot import keep
from services.forecast.snapshot_rule.queries import load_rules
from services.forecast.tables import ORGANISATION, SOURCE
from shared.agenda.domain import Due
from shared.agenda.planning import is_planned, plan_work
from shared.contracts.errors import DomainError
from shared.contracts.ids import new_id
from shared.observability.causes import event_context
from shared.organisation.queries import load_organisation
from shared.persistence.database import Database


async def take_daily(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """The midnight whose turn it is; then the next is planned, which after an outage is due at once."""
    turn = Turn.read(entries[0].payload)
    organisation = await load_organisation(connection, ORGANISATION)
    calendar = organisation.calendar
    behind = await repository.is_catching_up(connection, now)
    later = turn.waits_until(calendar.start_of(turn.day), now, catching_up=behind)
    if later is not None:
        again = Turn(turn.day, turn.waits + 1)
        await plan_work(connection, [Due(DAILY, SUBJECT, later, again.payload())])
        return
    new = of_day(new_id(), turn.day, calendar, currency=organisation.base_currency, now=now)
    await keep(connection, new, event_context(SOURCE))
    rules = await load_rules(connection)
    await repository.forget(connection, before=rules.kept_since(new.taken_at))
    following = Turn(turn.day + timedelta(days=1), waits=1 if new.taken_late else 0)
    due_at = calendar.start_of(following.day) + SETTLES
    await plan_work(connection, [Due(DAILY, SUBJECT, due_at, following.payload())])


async def plan_first_day(database: Database, now: datetime) -> None:
    """Begins the row of days as soon as the organisation is known, and again should it ever break."""
    async with database.transaction() as connection:
        if await is_planned(connection, DAILY, SUBJECT):
            return
        try:
            calendar = (await load_organisation(connection, ORGANISATION)).calendar
        except DomainError:
            return
        first = Turn(calendar.local_date(now) + timedelta(days=1))
        due_at = calendar.start_of(first.day) + SETTLES
        await plan_work(connection, [Due(DAILY, SUBJECT, due_at, first.payload())])
