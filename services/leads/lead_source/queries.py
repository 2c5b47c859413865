"""What leads became, by the way they came in, in one statement."""

from decimal import Decimal

from sqlalchemy import ColumnElement, Subquery, Text, and_, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.deal_link.queries import won_by_lead
from services.leads.lead.queries import leads_seen_by
from services.leads.lead_source.domain import Yield
from services.leads.lead_source.schemas import GroupBy
from shared.contracts.identity import Identity
from shared.contracts.periods import Period

_KEYS = {"partner": "partner_id"}
_COLUMNS = (
    *("created_at", "merged_into", "archived_at", "qualified_at", "converted_at"),
    *("id", "source", "medium", "campaign", "channel", "origin", "partner_id"),
)


async def yields(
    connection: AsyncConnection, identity: Identity, period: Period, group_by: GroupBy, *, currency: str
) -> dict[str | None, Yield]:
    """By group."""
    lead = leads_seen_by(identity, *_COLUMNS)
    key = cast(lead.c[_KEYS.get(group_by, group_by)], Text)
    within = and_(lead.c.created_at >= period.starts_at, lead.c.created_at < period.ends_at)
    found = await _counted(connection, lead, key, within, currency)
    return found


async def yield_of_campaign(
    connection: AsyncConnection, identity: Identity, name: str, *, currency: str
) -> Yield:
    """Of all leads that name the campaign, in whatever case."""
    lead = leads_seen_by(identity, *_COLUMNS)
    within = func.lower(lead.c.campaign) == name.lower()
    found = await _counted(connection, lead, func.lower(lead.c.campaign), within, currency)
    return next(iter(found.values()), Yield())


async def _counted(
    connection: AsyncConnection,
    lead: Subquery,
    key: ColumnElement[str],
    within: ColumnElement[bool],
    currency: str,
) -> dict[str | None, Yield]:
    """A step counts as reached when a later one was."""
    won = won_by_lead(currency)
    is_won = won.c.lead_id.is_not(None)
    converted = or_(lead.c.converted_at.is_not(None), is_won)
    rows = await connection.execute(
        select(
            key,
            func.count(),
            func.count().filter(or_(lead.c.qualified_at.is_not(None), converted)),
            func.count().filter(converted),
            func.count().filter(is_won),
            func.coalesce(func.sum(won.c.amount), Decimal(0)),
        )
        .select_from(lead.outerjoin(won, won.c.lead_id == lead.c.id))
        .where(within, lead.c.merged_into.is_(None), lead.c.archived_at.is_(None))
        .group_by(key)
    )
    return {row[0]: Yield(*row[1:]) for row in rows}
