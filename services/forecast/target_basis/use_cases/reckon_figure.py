"""A figure of a target's period and aim, by a method, at a moment."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.bottom_up.use_cases.reckon_bottom_up import reckon_bottom_up
from services.forecast.deal_sample.schemas import Cut
from services.forecast.outlook.use_cases.look_ahead import look_ahead
from services.forecast.target.domain import Aim
from services.forecast.target_basis.domain import BasisError, Method, filter_of
from shared.contracts.errors import FieldError
from shared.contracts.identity import Identity
from shared.contracts.periods import Calendar, Period
from shared.reporting.asked import Asked, Moment


async def reckon_figure(
    connection: AsyncConnection,
    method: Method,
    period: Period,
    aim: Aim,
    *,
    calendar: Calendar,
    moment: Moment | None,
    by: Identity,
    now: datetime,
) -> Decimal | None:
    """In the organisation's currency; None when too little is known. Refuses a country with
    `validation_failed`, and a territory too where the method cannot tell territories."""
    asked = _asked(period, calendar, moment, now)
    chosen = filter_of(aim)
    if method == "bottom_up":
        if aim.territory_id is not None:
            detail = "The forecast from below is by team, member or product."
            error = FieldError("/basis/method", "not_allowed", detail)
            raise BasisError("validation_failed", detail, [error])
        cut = Cut(aim.team_id, aim.owner_id, aim.product_id)
        below = await reckon_bottom_up(connection, asked, cut, by=by, individuals=None, now=now)
        return below.whole.expected
    forecast = await look_ahead(connection, asked, chosen, by=by, rollup="cumulative", group_by=None, now=now)
    return forecast.whole.weighted if method == "weighted" else forecast.whole.amounts[method]


def _asked(period: Period, calendar: Calendar, moment: Moment | None, now: datetime) -> Asked:
    """By name, or by its days when the organisation's calendar gives the name other days by now."""
    as_of = None if moment is None else moment.as_of.isoformat()
    known_at = None if moment is None or moment.known_at is None else moment.known_at.isoformat()
    if ".." not in period.name and calendar.period(period.name, now=now) == period:
        return Asked(period.name, as_of=as_of, known_at=known_at)
    return Asked(None, period.starts_on.isoformat(), period.ends_on.isoformat(), as_of, known_at)
