"""Every night what was known at forecasts of periods that are over is kept: nothing told later alters it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.accuracy import queries, repository
from services.forecast.accuracy.domain import KEEP, SUBJECT, Look, forgotten_before, next_night, worth_keeping
from services.forecast.deal_ledger.queries import since
from services.forecast.outlook.domain import Filter
from services.forecast.tables import ORGANISATION
from shared.agenda.domain import Due
from shared.agenda.planning import is_planned, plan_work
from shared.contracts.errors import DomainError
from shared.contracts.identity import Identity
from shared.organisation.queries import load_organisation
from shared.persistence.database import Database

_SYSTEM = Identity(sub="system", kind="service", role="system", scope="all")
_AT_ONCE = 12


async def keep_figures(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """A few of them; the rest at once after, then the next night."""
    organisation = await load_organisation(connection, ORGANISATION)
    calendar, currency = organisation.calendar, organisation.base_currency
    await repository.forget(connection, before=forgotten_before(now), currency=currency)
    _, told = await since(connection)
    looks = worth_keeping(calendar, now=now, first_told=told)
    kept = await queries.kept_looks(connection, looks, currency)
    missing = [each for each in looks if each.index not in kept]
    await _keep(connection, missing[:_AT_ONCE], currency, now=now)
    due_at = now if len(missing) > _AT_ONCE else next_night(calendar, now)
    await plan_work(connection, [Due(KEEP, SUBJECT, due_at)])


async def plan_first_night(database: Database, now: datetime) -> None:
    """Begins the row of nights as soon as the organisation is known, and again should it ever break."""
    async with database.transaction() as connection:
        if await is_planned(connection, KEEP, SUBJECT):
            return
        try:
            calendar = (await load_organisation(connection, ORGANISATION)).calendar
        except DomainError:
            return
        await plan_work(connection, [Due(KEEP, SUBJECT, next_night(calendar, now))])


async def forget_figures(connection: AsyncConnection) -> None:
    """After the ledger was made anew: it may know of then what it did not."""
    await repository.forget(connection)


async def _keep(connection: AsyncConnection, looks: Sequence[Look], currency: str, *, now: datetime) -> None:
    figures = []
    for cut in queries.CUTS if looks else ():
        which = queries.Deals(_SYSTEM, Filter(), currency, cut)
        found = await queries.foretold(connection, looks, which, now=now)
        figures += [
            repository.Figure(look, cut, key, bucket, amount)
            for (look, key), sums in found.items()
            for bucket, amount in {**sums.amounts, queries.WEIGHTED: sums.weighted}.items()
        ]
    await repository.keep(connection, looks, figures, currency)
