"""Which ways bring leads that become customers."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead_source import queries
from services.leads.lead_source.domain import Yield, shown_parts, whole_of
from services.leads.lead_source.schemas import GroupBy, LeadSources, SourceGroup
from services.leads.tables import ORGANISATION
from services.leads.touch.domain import Attribution
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, question_of
from shared.reporting.figures import MOST_GROUPS, Meanings, defined, known_money, money, period_shown

MEANINGS: Meanings = {
    "received": ("Leads created in the period, without those put away or merged into others.", None),
    "qualified": ("Received leads that were qualified, or got further without it.", None),
    "converted": ("Received leads that became an account and a contact.", None),
    "won": ("Received leads of which a deal was won, whenever that was.", None),
    "won_revenue": ("Amount of the deals won from received leads, in the organisation's currency.", None),
    "conversion": ("Converted", "Received"),
    "win_rate": ("Won", "Received"),
    "yield_per_lead": ("Won revenue", "Received"),
}


async def compare_sources(
    connection: AsyncConnection,
    identity: Identity,
    asked: Asked,
    group_by: GroupBy,
    attribution: Attribution,
    *,
    now: datetime,
) -> LeadSources:
    """Figures within the caller's scope, with their definitions; most received first."""
    organisation = await load_organisation(connection, ORGANISATION)
    currency = organisation.base_currency
    period = question_of(asked, organisation.calendar, now=now).period
    found = await queries.yields(connection, identity, period, group_by, attribution, currency=currency)
    whole = whole_of(found.values())
    groups = sorted(found, key=lambda key: (key is None, -found[key].received, str(key)))
    shown = shown_parts(found, whole)
    return LeadSources(
        **figures(whole, currency),
        period=period_shown(period),
        currency=currency,
        group_by=group_by,
        attribution=attribution,
        groups=[
            SourceGroup(key=key, **figures(found[key], currency, shown[key])) for key in groups[:MOST_GROUPS]
        ],
        groups_left_out=max(0, len(groups) - MOST_GROUPS),
        definitions=defined(MEANINGS, when_received(period)),
    )


async def yields_by_channel(
    connection: AsyncConnection,
    identity: Identity,
    period: Period,
    attribution: Attribution,
    *,
    currency: str,
) -> dict[str | None, Yield]:
    """What the leads of a period became, by channel."""
    return await queries.yields(connection, identity, period, "channel", attribution, currency=currency)


def when_received(period: Period) -> str:
    """What belongs to the period."""
    return f"{period.name}: leads created from {period.starts_on} to {period.ends_on}, later steps whenever."


def figures(found: Yield, currency: str, shown: Yield | None = None) -> dict[str, Any]:
    """As answers show them: ratios of the exact figures; `shown` are those figures rounded to add up."""
    counts = shown or found
    return {
        **{name: getattr(counts, name) for name in ("received", "qualified", "converted", "won")},
        "won_revenue": money(counts.won_revenue, currency),
        "conversion": found.conversion,
        "win_rate": found.win_rate,
        "yield_per_lead": known_money(found.yield_per_lead, currency),
    }
