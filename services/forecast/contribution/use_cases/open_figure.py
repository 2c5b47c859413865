"""A figure opens to the deals it is made of."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.contribution.domain import AnyFigure, Wanted, group_of
from services.forecast.contribution.queries import listing_of, refuse_unpriced
from services.forecast.outlook.domain import Filter, GroupBy, Rollup
from services.forecast.outlook.use_cases.price_deals import price_of
from services.forecast.rollup.domain import RatesOf
from services.forecast.rollup.queries import is_counted
from services.forecast.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, question_of
from shared.web.listing import Listing


async def open_figure(
    connection: AsyncConnection,
    asked: Asked,
    chosen: Filter,
    *,
    by: Identity,
    figure: AnyFigure,
    rollup: Rollup,
    group_by: GroupBy | None,
    group: str | None,
    currency: str | None,
    rates: RatesOf,
    now: datetime,
) -> tuple[Listing, str]:
    """The list, and the currency of its amounts. Refuses with `period_invalid`, `invalid_parameter`,
    `rate_missing`."""
    organisation = await load_organisation(connection, ORGANISATION)
    question = question_of(asked, organisation.calendar, now=now)
    price = price_of(organisation, currency, rates, as_of=question.as_of or now, now=now)
    key = group_of(group_by, group, organisation.calendar)
    wanted = Wanted(question, chosen, by, price, rollup, figure, group_by, key)
    counted = await is_counted(connection, question)
    await refuse_unpriced(connection, wanted, counted=counted)
    return listing_of(wanted, counted=counted), price.currency
