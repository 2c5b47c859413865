"""What a campaign brought for what it cost."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.campaign.schemas import CampaignEffect
from services.leads.campaign.use_cases.keep_campaigns import ALL_CAMPAIGNS
from services.leads.lead_source.domain import cost_of_each, return_on
from services.leads.lead_source.use_cases.compare_sources import MEANINGS, figures
from services.leads.lead_source.use_cases.count_campaign import count_campaign
from services.leads.tables import ORGANISATION
from services.leads.touch.domain import Attribution
from shared.contracts.identity import Identity
from shared.organisation.queries import load_organisation, load_rates
from shared.reporting.figures import Meanings, defined, known_money

_MEANINGS: Meanings = {
    **MEANINGS,
    "received": (
        "Leads credited to the campaign, without those put away or merged into others.",
        None,
    ),
    "cost": ("What the campaign has cost, in the organisation's currency at today's rate.", None),
    "cost_per_lead": ("Cost", "Received"),
    "return_on_cost": ("Won revenue less cost", "Cost"),
}


async def measure_effect(
    connection: AsyncConnection,
    identity: Identity,
    campaign_id: UUID,
    attribution: Attribution,
    *,
    now: datetime,
) -> CampaignEffect:
    """Of the leads within the caller's scope. Refuses with `rate_missing` when the cost has no rate today."""
    campaign = await ALL_CAMPAIGNS.find(connection, campaign_id)
    organisation = await load_organisation(connection, ORGANISATION)
    base = organisation.base_currency
    found = await count_campaign(connection, identity, campaign.name, attribution, currency=base)
    cost = None
    if campaign.cost is not None:
        rates = await load_rates(connection, ORGANISATION, [campaign.cost.currency], base)
        cost = rates.to_base(campaign.cost, organisation.calendar.local_date(now))
    each = None if cost is None else cost_of_each(cost.amount, found.received)
    return CampaignEffect(
        campaign_id=campaign.id,
        currency=base,
        attribution=attribution,
        cost=cost,
        cost_per_lead=known_money(each, base),
        return_on_cost=None if cost is None else return_on(found.won_revenue, cost.amount),
        definitions=defined(_MEANINGS, "All the time of the campaign."),
        **figures(found, base, found.rounded()),
    )
