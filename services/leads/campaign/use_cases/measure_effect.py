"""What a campaign brought for what it cost."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.campaign.schemas import CampaignEffect
from services.leads.campaign.use_cases.keep_campaigns import ALL_CAMPAIGNS
from services.leads.lead_source.domain import cost_of_each, return_on
from services.leads.lead_source.use_cases.compare_sources import figures
from services.leads.lead_source.use_cases.count_campaign import count_campaign
from services.leads.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.contracts.money import Money
from shared.organisation.queries import load_organisation, load_rates
from shared.reporting.schemas import DefinitionOut

_MEANINGS: Mapping[str, tuple[str, str | None]] = {
    "received": ("Leads that name the campaign, without those put away or merged into others.", None),
    "qualified": ("Received leads that were qualified, or got further without it.", None),
    "converted": ("Received leads that became an account and a contact.", None),
    "won": ("Received leads of which a deal was won.", None),
    "won_revenue": ("Amount of the deals won from received leads, in the organisation's currency.", None),
    "conversion": ("Converted", "Received"),
    "win_rate": ("Won", "Received"),
    "yield_per_lead": ("Won revenue", "Received"),
    "cost": ("What the campaign has cost, in the organisation's currency at today's rate.", None),
    "cost_per_lead": ("Cost", "Received"),
    "return_on_cost": ("Won revenue less cost", "Cost"),
}


async def measure_effect(
    connection: AsyncConnection, identity: Identity, campaign_id: UUID, *, now: datetime
) -> CampaignEffect:
    """Of the leads within the caller's scope. Refuses with `rate_missing` when the cost has no rate today."""
    campaign = await ALL_CAMPAIGNS.find(connection, campaign_id)
    organisation = await load_organisation(connection, ORGANISATION)
    base = organisation.base_currency
    found = await count_campaign(connection, identity, campaign.name, currency=base)
    cost = None
    if campaign.cost is not None:
        rates = await load_rates(connection, ORGANISATION, [campaign.cost.currency], base)
        cost = rates.to_base(campaign.cost, organisation.calendar.local_date(now))
    each = None if cost is None else cost_of_each(cost.amount, found.received)
    return CampaignEffect(
        campaign_id=campaign.id,
        currency=base,
        cost=cost,
        cost_per_lead=None if each is None else Money.model_construct(amount=each, currency=base),
        return_on_cost=None if cost is None else return_on(found.won_revenue, cost.amount),
        definitions={name: _definition(*meaning) for name, meaning in _MEANINGS.items()},
        **figures(found, base),
    )


def _definition(above: str, below: str | None) -> DefinitionOut:
    return DefinitionOut(
        meaning=above if below is None else f"{above} divided by {below.lower()}. Null when that is 0.",
        numerator=None if below is None else above,
        denominator=below,
        period="All the time of the campaign.",
    )
