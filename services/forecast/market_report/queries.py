"""What market research says."""

from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.market_report.schemas import MarketReportOut
from services.forecast.market_report.tables import market_report
from shared.contracts.periods import Period
from shared.web.listing import Field, Listing

_R = market_report.c
_MOST = 10_000
LISTING = Listing(
    name="market-reports",
    table=market_report,
    default_sort="-created_at",
    fields={
        "id": Field(_R.id, "uuid"),
        "product_id": Field(_R.product_id, "uuid"),
        "period": Field(_R.period, "text", sortable=True),
        "starts_on": Field(_R.starts_on, "date", sortable=True),
        "ends_on": Field(_R.ends_on, "date", sortable=True),
        "source": Field(_R.source, "text", sortable=True),
        "researched_on": Field(_R.researched_on, "date", sortable=True),
        "created_at": Field(_R.created_at, "datetime", sortable=True),
    },
    columns=list(_R),
    item_fields=tuple(MarketReportOut.model_fields),
)


def shown(row: Row[Any]) -> MarketReportOut:
    """A row as the API shows it."""
    return MarketReportOut.model_validate({name: getattr(row, name) for name in MarketReportOut.model_fields})


async def reports_about(connection: AsyncConnection, period: Period) -> list[MarketReportOut]:
    """Those whose days overlap the period's, of all products."""
    overlaps = (_R.starts_on <= period.ends_on, _R.ends_on >= period.starts_on)
    query = select(market_report).where(*overlaps).order_by(_R.id).limit(_MOST)
    return [shown(row) for row in await connection.execute(query)]
