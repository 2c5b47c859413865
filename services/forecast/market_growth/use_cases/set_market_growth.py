"""Say by how much the market grows in a period. Said again for the same period, it takes the place."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.market_growth import repository
from services.forecast.market_growth.queries import shown
from services.forecast.market_growth.schemas import MarketGrowthIn, MarketGrowthOut
from services.forecast.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.queries import load_organisation
from shared.reporting.asked import named_period


async def set_market_growth(
    connection: AsyncConnection,
    said: MarketGrowthIn,
    *,
    by: Identity,
    expected: int | None,
    now: datetime,
) -> tuple[MarketGrowthOut, bool]:
    """What is said now, and whether it is new. Refuses with `period_invalid` and `version_conflict`; the same
    again changes nothing."""
    organisation = await load_organisation(connection, ORGANISATION)
    period = named_period(said.period, organisation.calendar, now=now, pointer="/period")
    values = {"factor": said.factor, "source_note": said.source_note}
    row, created = await repository.put(connection, period, values, by=by.sub, expected=expected, now=now)
    return shown(row), created
