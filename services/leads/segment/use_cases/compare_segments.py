"""Which segments are most promising."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.segment import queries
from services.leads.segment.schemas import SegmentGroup, SegmentReport
from services.leads.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.queries import load_organisation
from shared.reporting.asked import Asked, question_of
from shared.reporting.figures import Meanings, defined, money, period_shown

_NOW = "as things stand now"
_NOW_MEANINGS: Meanings = {
    "accounts": ("Accounts of the segment", None),
    "open_leads": ("Open leads of the segment", None),
    "open_leads_value": (
        "Expected value of these leads in the organisation's currency at the newest rates",
        None,
    ),
    "leads_without_rate": ("Open leads whose value no rate converts; it is left out", None),
    "open_deals": ("Open deals of the segment's accounts, else of its leads", None),
    "open_value": ("Amount of these deals in the organisation's currency", None),
}
_WON_MEANINGS: Meanings = {
    "won_deals": ("Deals of the segment's accounts, else of its leads, that were won", None),
    "won_value": ("Amount of the won deals in the organisation's currency", None),
}


@dataclass(frozen=True, slots=True)
class Worth:
    """What one segment is worth; amounts in the organisation's currency."""

    accounts: int = 0
    open_leads: int = 0
    open_leads_value: Decimal = Decimal(0)
    leads_without_rate: int = 0
    open_deals: int = 0
    open_value: Decimal = Decimal(0)
    won_deals: int = 0
    won_value: Decimal = Decimal(0)

    def shown(self, currency: str) -> dict[str, Any]:
        """As SegmentFigures."""
        found = {each.name: getattr(self, each.name) for each in fields(self)}
        amounts = {name: money(value, currency) for name, value in found.items() if name.endswith("value")}
        return {**found, **amounts}


async def compare_segments(
    connection: AsyncConnection, identity: Identity, asked: Asked, *, now: datetime
) -> SegmentReport:
    """Figures within the caller's scope, with their definitions. Five queries."""
    organisation = await load_organisation(connection, ORGANISATION)
    currency = organisation.base_currency
    period = question_of(asked, organisation.calendar, now=now).period
    names = await queries.names(connection)
    accounts = await queries.accounts(connection, identity)
    leads = await queries.open_leads(connection, identity)
    deals = await queries.deals(connection, identity, period, currency)
    keys = {*names, *accounts, *leads, *deals}
    found = {key: _worth(accounts.get(key, {}), leads.get(key, {}), deals.get(key, {})) for key in keys}
    ordered = sorted(found.items(), key=lambda each: (each[0] is None, -each[1].won_value, str(each[0])))
    won = f"{period.name}: won from {period.starts_on} to {period.ends_on}"
    return SegmentReport(
        **_sum(found.values()).shown(currency),
        period=period_shown(period),
        currency=currency,
        groups=[
            SegmentGroup(key=key, name=names.get(key) if key else None, **worth.shown(currency))
            for key, worth in ordered
        ],
        definitions=defined(_NOW_MEANINGS, _NOW) | defined(_WON_MEANINGS, won),
    )


def _worth(accounts: Mapping[str, Any], leads: Mapping[str, Any], deals: Mapping[str, Any]) -> Worth:
    return Worth(
        accounts=accounts.get("accounts", 0),
        open_leads=leads.get("leads", 0),
        open_leads_value=leads.get("value", Decimal(0)),
        leads_without_rate=leads.get("without_rate", 0),
        **{name: deals[name] for name in ("open_deals", "open_value", "won_deals", "won_value") if deals},
    )


def _sum(found: Iterable[Worth]) -> Worth:
    parts = list(found)
    return Worth(*(sum((getattr(part, each.name) for part in parts), start=0) for each in fields(Worth)))
