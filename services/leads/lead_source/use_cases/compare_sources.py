"""Which ways bring leads that become customers."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead_source import queries
from services.leads.lead_source.domain import Yield, cents
from services.leads.lead_source.schemas import GroupBy, LeadSources, SourceGroup
from services.leads.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.contracts.money import Money
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, question_of
from shared.reporting.schemas import DefinitionOut, PeriodOut

MOST_GROUPS = 500
_MEANINGS: Mapping[str, tuple[str, str | None]] = {
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
    connection: AsyncConnection, identity: Identity, asked: Asked, group_by: GroupBy, *, now: datetime
) -> LeadSources:
    """Figures within the caller's scope, with their definitions; most received first."""
    organisation = await load_organisation(connection, ORGANISATION)
    currency = organisation.base_currency
    period = question_of(asked, organisation.calendar, now=now).period
    found = await queries.yields(connection, identity, period, group_by, currency=currency)
    groups = sorted(found.items(), key=lambda each: (each[0] is None, -each[1].received, str(each[0])))
    when = f"{period.name}: leads created from {period.starts_on} to {period.ends_on}, later steps whenever."
    return LeadSources(
        **figures(_sum(found.values()), currency),
        period=PeriodOut(name=period.name, first=period.starts_on, last=period.ends_on),
        currency=currency,
        group_by=group_by,
        groups=[SourceGroup(key=key, **figures(each, currency)) for key, each in groups[:MOST_GROUPS]],
        groups_left_out=max(0, len(groups) - MOST_GROUPS),
        definitions={name: _definition(*each, when) for name, each in _MEANINGS.items()},
    )


def figures(found: Yield, currency: str) -> dict[str, Any]:
    """As answers show them."""
    each = found.yield_per_lead
    return {
        "received": found.received,
        "qualified": found.qualified,
        "converted": found.converted,
        "won": found.won,
        "won_revenue": Money.model_construct(amount=cents(found.won_revenue), currency=currency),
        "conversion": found.conversion,
        "win_rate": found.win_rate,
        "yield_per_lead": None if each is None else Money.model_construct(amount=each, currency=currency),
    }


def _sum(found: Any) -> Yield:
    parts = list(found)
    return Yield(*(sum((getattr(part, each.name) for part in parts), start=0) for each in fields(Yield)))


def _definition(above: str, below: str | None, when: str) -> DefinitionOut:
    return DefinitionOut(
        meaning=above if below is None else f"{above} divided by {below.lower()}. Null when that is 0.",
        numerator=None if below is None else above,
        denominator=below,
        period=when,
    )
