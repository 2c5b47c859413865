"""From visits to won deals, by channel."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.channel_report.repository import visits_by_channel
from services.leads.channel_report.schemas import Traffic, TrafficGroup
from services.leads.lead_source.domain import Yield, shown_parts, whole_of
from services.leads.lead_source.use_cases.compare_sources import yields_by_channel
from services.leads.tables import ORGANISATION
from services.leads.touch.domain import Attribution
from services.leads.touch.queries import requests_by_channel
from shared.contracts.identity import Identity
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, question_of
from shared.reporting.figures import MOST_GROUPS, Meanings, defined, money, period_shown, ratio

_MEANINGS: Meanings = {
    "visits": (
        "Visits of the period's days that were told, of the whole organisation.",
        None,
    ),
    "requests": (
        "Touches of the period by which somebody came by themselves: forms, mails, calls, visits, messages; "
        "of the whole organisation.",
        None,
    ),
    "leads": ("Leads created in the period, without those put away or merged into others.", None),
    "deals": ("Those leads of which a deal was opened, whenever that was.", None),
    "won": ("Those leads of which a deal was won, whenever that was.", None),
    "won_revenue": ("Amount of the deals won from those leads, in the organisation's currency.", None),
    "requests_by_visits": ("Requests", "Visits"),
    "leads_by_visits": ("Leads", "Visits"),
    "deals_by_leads": ("Deals", "Leads"),
    "won_by_leads": ("Won", "Leads"),
}


async def follow_traffic(
    connection: AsyncConnection, identity: Identity, asked: Asked, attribution: Attribution, *, now: datetime
) -> Traffic:
    """Leads within the caller's scope beside the visits and requests of all. Four queries."""
    organisation = await load_organisation(connection, ORGANISATION)
    currency = organisation.base_currency
    period = question_of(asked, organisation.calendar, now=now).period
    visits = await visits_by_channel(connection, period)
    requests = await requests_by_channel(connection, period)
    found = await yields_by_channel(connection, identity, period, attribution, currency=currency)
    whole = whole_of(found.values())
    keys = sorted(
        visits.keys() | requests.keys() | found.keys(),
        key=lambda key: (key is None, -visits.get(key or "", 0), str(key)),
    )
    parts = {key: found.get(key, Yield()) for key in keys}
    shown = shown_parts(parts, whole)

    def group(key: str | None) -> TrafficGroup:
        came = visits.get(key, 0) if key is not None else 0
        return TrafficGroup(key=key, **_figures(came, requests.get(key, 0), parts[key], shown[key], currency))

    when = f"{period.name}: from {period.starts_on} to {period.ends_on} in the organisation's time zone."
    return Traffic(
        **_figures(sum(visits.values()), sum(requests.values()), whole, whole, currency),
        period=period_shown(period),
        currency=currency,
        attribution=attribution,
        groups=[group(key) for key in keys[:MOST_GROUPS]],
        groups_left_out=max(0, len(keys) - MOST_GROUPS),
        definitions=defined(_MEANINGS, when),
    )


def _figures(visits: int, requests: int, exact: Yield, shown: Yield, currency: str) -> dict[str, Any]:
    return {
        "visits": visits,
        "requests": requests,
        "leads": shown.received,
        "deals": shown.opened,
        "won": shown.won,
        "won_revenue": money(shown.won_revenue, currency),
        "requests_by_visits": ratio(requests, visits),
        "leads_by_visits": ratio(exact.received, visits),
        "deals_by_leads": ratio(exact.opened, exact.received),
        "won_by_leads": exact.win_rate,
    }
