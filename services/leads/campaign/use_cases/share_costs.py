"""What campaigns cost in a period, by their channel."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.campaign.repository import with_cost
from services.leads.tables import ORGANISATION
from shared.contracts.periods import Period
from shared.organisation.queries import Organisation, load_rates


async def costs_by_channel(
    connection: AsyncConnection, organisation: Organisation, period: Period, *, now: datetime
) -> dict[str | None, Decimal]:
    """In base currency at today's rates, not rounded; archived campaigns have cost too. Two queries. Refuses
    with `rate_missing`."""
    campaigns = await with_cost(connection, period.ends_on)
    costs = [(each, each.cost) for each in campaigns if each.cost is not None]
    base, today = organisation.base_currency, organisation.calendar.local_date(now)
    rates = await load_rates(connection, ORGANISATION, [cost.currency for _, cost in costs], base)
    found: dict[str | None, Decimal] = defaultdict(Decimal)
    for campaign, cost in costs:
        part = campaign.cost_within(period.starts_on, period.ends_on)
        if part:
            amount = rates.to_base(cost, today).amount
            found[campaign.channel] += amount * part.numerator / part.denominator
    return dict(found)
