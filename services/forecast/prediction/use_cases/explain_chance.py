"""The chance of one deal to be won, by when, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.prediction.domain.reasons import Reason, reasons_of
from services.forecast.prediction.domain.run import State
from services.forecast.prediction.queries.chances import Chance, deal_status, kept_chance
from services.forecast.prediction.queries.runs import KeptRun, run_for
from services.forecast.prediction.use_cases.foretell_period import lacking
from services.forecast.product.queries import product_names
from services.forecast.tables import ORGANISATION
from shared.contracts.errors import DomainError
from shared.contracts.identity import Identity
from shared.organisation.queries import load_organisation
from shared.reporting.asked import AskedMoment

_NOT_YET = {"what": "next_run", "needed": 1, "present": 0}


@dataclass(frozen=True, slots=True)
class Explained:
    """`certain`: 1 or 0 for a deal that is closed. `chance` is None where there is nothing to say."""

    status: str
    as_of: datetime
    currency: str
    state: State
    missing: tuple[Mapping[str, Any], ...]
    run: KeptRun | None
    certain: float | None
    chance: Chance | None
    by_date: tuple[tuple[date, float], ...]
    reasons: tuple[Reason, ...]


async def explain_chance(
    connection: AsyncConnection, deal_id: UUID, asked: AskedMoment, *, by: Identity, now: datetime
) -> Explained:
    """As it is now, or by the run kept of then. Refuses with `deal_not_found` and `invalid_parameter`."""
    organisation = await load_organisation(connection, ORGANISATION)
    moment = asked.moment(organisation.calendar, now=now)
    instant = moment.as_of if moment else None
    status = await deal_status(connection, deal_id, by, as_of=instant)
    if status is None:
        raise DomainError("deal_not_found", "There is no such deal, or not for you.")
    as_of, currency = instant or now, organisation.base_currency
    if status != "open":
        certain = 1.0 if status == "won" else 0.0
        return Explained(status, as_of, currency, "ok", (), None, certain, None, (), ())
    run = await run_for(connection, instant)
    missing = lacking(run, instant)
    chance = None if run is None or missing else await kept_chance(connection, run.id, deal_id)
    if run is None or chance is None:
        found = missing or (_NOT_YET,)
        return Explained(status, as_of, currency, "insufficient_history", found, run, None, None, (), ())
    return Explained(
        status=status,
        as_of=as_of,
        currency=currency,
        state="ok",
        missing=(),
        run=run,
        certain=None,
        chance=chance,
        by_date=_by_date(run, chance),
        reasons=await _named(
            connection, reasons_of(chance.names, chance.levels, chance.effects, chance.behind)
        ),
    )


def _by_date(run: KeptRun, chance: Chance) -> tuple[tuple[date, float], ...]:
    """Kept is what is won before a day, which is by the end of the day before."""
    one = timedelta(days=1)
    days = (date.fromordinal(day) - one for day in run.grid[1:])
    return tuple(zip(days, chance.chance[1:], strict=True))


async def _named(connection: AsyncConnection, reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """Products by their names; of owners only that it is the owner."""
    ids = [UUID(each.level) for each in reasons if each.factor == "product" and _is_id(each.level)]
    names = {str(key): name for key, name in (await product_names(connection, ids)).items()}

    def called(reason: Reason) -> Reason:
        level = names.get(reason.level, reason.level)
        if reason.factor == "owner" and _is_id(level):
            level = "of the deal"
        return Reason(reason.factor, level, reason.closings, reason.effect)

    return tuple(called(each) for each in reasons)


def _is_id(level: str) -> bool:
    return len(level) == 36
