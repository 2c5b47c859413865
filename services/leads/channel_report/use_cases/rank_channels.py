"""Which channels are worth what they cost."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.campaign.use_cases.share_costs import costs_by_channel
from services.leads.channel_report.domain import ChannelResult, ranks
from services.leads.channel_report.schemas import ChannelGroup, ChannelReport
from services.leads.lead_source.domain import Yield, shown_parts, whole_of
from services.leads.lead_source.use_cases.compare_sources import (
    MEANINGS,
    figures,
    when_received,
    yields_by_channel,
)
from services.leads.tables import ORGANISATION
from services.leads.touch.domain import Attribution
from shared.contracts.identity import Identity
from shared.contracts.money import CENT, apportioned
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, question_of
from shared.reporting.figures import (
    MOST_GROUPS,
    Meanings,
    cents,
    defined,
    known_money,
    money,
    period_shown,
)

_MEANINGS: Meanings = {
    **MEANINGS,
    "cost": (
        "Cost of the channel's campaigns, by the days of each that lie in the period, at today's rates.",
        None,
    ),
    "cost_per_lead": ("Cost", "Received"),
    "profit": ("Won revenue times the margin asked with, less cost. Null while no margin is given.", None),
    "rank": ("By profit, or by won revenue less cost while no margin is given; 1 is the best.", None),
}


async def rank_channels(
    connection: AsyncConnection,
    identity: Identity,
    asked: Asked,
    attribution: Attribution,
    margin: Decimal | None,
    *,
    now: datetime,
) -> ChannelReport:
    """Figures within the caller's scope; costs are of the whole organisation. Four queries."""
    organisation = await load_organisation(connection, ORGANISATION)
    currency = organisation.base_currency
    period = question_of(asked, organisation.calendar, now=now).period
    found = await yields_by_channel(connection, identity, period, attribution, currency=currency)
    costs = await costs_by_channel(connection, organisation, period, now=now)
    results = {
        key: ChannelResult(found.get(key, Yield()), costs.get(key, Decimal(0)), margin)
        for key in found.keys() | costs.keys()
    }
    whole = ChannelResult(whole_of(found.values()), cents(sum(costs.values(), Decimal(0))), margin)
    shown = shown_parts({key: each.found for key, each in results.items()}, whole.found)
    cost = apportioned({key: each.cost for key, each in results.items()}, whole.cost, CENT)
    place = ranks(results)
    keys = sorted(results, key=lambda key: (key is None, place[key] or 0, str(key)))
    return ChannelReport(
        **_figures(whole, whole.found, whole.cost, currency),
        period=period_shown(period),
        currency=currency,
        attribution=attribution,
        margin=margin,
        groups=[
            ChannelGroup(key=key, rank=place[key], **_figures(results[key], shown[key], cost[key], currency))
            for key in keys[:MOST_GROUPS]
        ],
        groups_left_out=max(0, len(keys) - MOST_GROUPS),
        definitions=defined(_MEANINGS, when_received(period)),
    )


def _figures(result: ChannelResult, shown: Yield, cost: Decimal, currency: str) -> dict[str, Any]:
    return {
        **figures(result.found, currency, shown),
        "cost": money(cost, currency),
        "cost_per_lead": known_money(result.cost_per_lead, currency),
        "profit": known_money(result.profit, currency),
    }
