"""What is said of the market's growth."""

from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.market_growth.schemas import MarketGrowthOut
from services.forecast.market_growth.tables import market_growth
from shared.contracts.periods import Period
from shared.web.listing import Field, Listing

_G = market_growth.c
LISTING = Listing(
    name="market-growth",
    table=market_growth,
    default_sort="-created_at",
    fields={
        "id": Field(_G.id, "uuid"),
        "period": Field(_G.period, "text", sortable=True),
        "starts_on": Field(_G.starts_on, "date", sortable=True),
        "ends_on": Field(_G.ends_on, "date", sortable=True),
        "created_at": Field(_G.created_at, "datetime", sortable=True),
    },
    columns=list(_G),
    item_fields=tuple(MarketGrowthOut.model_fields),
)


def shown(row: Row[Any]) -> MarketGrowthOut:
    """A row as the API shows it."""
    return MarketGrowthOut.model_validate({name: getattr(row, name) for name in MarketGrowthOut.model_fields})


async def growth_of(connection: AsyncConnection, period: Period) -> MarketGrowthOut | None:
    """What is said for exactly this period, else for the shortest span that holds it."""
    holds = (_G.starts_on <= period.starts_on, _G.ends_on >= period.ends_on)
    query = select(market_growth).where(*holds).order_by(_G.ends_on - _G.starts_on, _G.id).limit(1)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else shown(row)
