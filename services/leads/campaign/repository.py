"""Channels and campaigns to and from their tables."""

from datetime import date

from sqlalchemy import or_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.campaign.domain import Campaign, Channel
from services.leads.campaign.tables import campaign, channel
from services.leads.record.record_table import RecordTable
from services.leads.setting_history.use_cases.keep_history import history_of

CHANNELS = RecordTable(channel, Channel, {}, history_of("channel"))
CAMPAIGNS = RecordTable(
    campaign,
    Campaign,
    {"budget": ("budget_amount", "budget_currency"), "cost": ("cost_amount", "cost_currency")},
    history_of("campaign"),
)


async def with_cost(connection: AsyncConnection, until: date) -> list[Campaign]:
    """Campaigns that have cost something and had begun by then."""
    begun = or_(campaign.c.starts_on <= until, campaign.c.starts_on.is_(None))
    return await CAMPAIGNS.find_where(connection, campaign.c.cost_amount.is_not(None), begun)
