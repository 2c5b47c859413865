"""Say what research says of a product in a period. Said again by the same source, it takes the place."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.market_report import repository
from services.forecast.market_report.queries import shown
from services.forecast.market_report.schemas import MarketReportIn, MarketReportOut
from services.forecast.product.queries import product_exists
from services.forecast.tables import ORGANISATION
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.identity import Identity
from shared.organisation.queries import load_organisation
from shared.reporting.asked import named_period


async def set_market_report(
    connection: AsyncConnection,
    said: MarketReportIn,
    *,
    by: Identity,
    expected: int | None,
    now: datetime,
) -> tuple[MarketReportOut, bool]:
    """What is said now, and whether it is new. Refuses with `period_invalid`, `reference_unknown`,
    `validation_failed`, `version_conflict`."""
    organisation = await load_organisation(connection, ORGANISATION)
    if said.researched_on > organisation.calendar.local_date(now):
        detail = "What research says was found out by today."
        raise DomainError(
            "validation_failed", detail, [FieldError("/researched_on", "in_the_future", detail)]
        )
    period = named_period(said.period, organisation.calendar, now=now, pointer="/period")
    if not await product_exists(connection, said.product_id):
        detail = "There is no product of this id."
        raise DomainError(
            "reference_unknown", detail, [FieldError("/product_id", "reference_unknown", detail)]
        )
    days = {"period": period.name, "starts_on": period.starts_on, "ends_on": period.ends_on}
    values = {**said.model_dump(), **days, "set_by": by.sub}
    row, created = await repository.put(connection, values, expected=expected, now=now)
    return shown(row), created
