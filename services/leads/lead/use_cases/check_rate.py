"""An amount must be convertible today, so that the pipeline can open the deal."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.tables import ORGANISATION
from shared.contracts.money import Money
from shared.organisation.queries import load_organisation, load_rates


async def check_rate(connection: AsyncConnection, amount: Money, now: datetime) -> None:
    """Refuses with `rate_missing` when there is no rate for the amount's currency today."""
    organisation = await load_organisation(connection, ORGANISATION)
    rates = await load_rates(connection, ORGANISATION, [amount.currency], organisation.base_currency)
    rates.to_base(amount, organisation.calendar.local_date(now), pointer="/deal/amount/currency")
