"""Channels and campaigns to and from their tables."""

from services.leads.campaign.domain import Campaign, Channel
from services.leads.campaign.tables import campaign, channel
from services.leads.record.record_table import RecordTable

CHANNELS = RecordTable(channel, Channel, {})
CAMPAIGNS = RecordTable(
    campaign,
    Campaign,
    {"budget": ("budget_amount", "budget_currency"), "cost": ("cost_amount", "cost_currency")},
)
