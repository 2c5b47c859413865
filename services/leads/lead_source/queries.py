"""What leads became, by the way they came in, in one statement."""

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Subquery,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    column,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.deal_link.queries import won_by_lead
from services.leads.lead.queries import leads_seen_by
from services.leads.lead_source.domain import Way, Yield
from services.leads.lead_source.schemas import GroupBy
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.persistence.types import Instant

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


async def yields_of_ways(
    connection: AsyncConnection, identity: Identity, ways: Sequence[Way], *, currency: str
) -> dict[UUID, Yield]:
    """By the way's id, all in one statement. A lead counts for every way it came by."""
    lead = leads_seen_by(identity, *_COLUMNS)
    given = _given(ways)
    named = or_(
        func.lower(lead.c.source) == any_(given.c.sources),
        func.lower(lead.c.campaign) == any_(given.c.campaigns),
    )
    within = and_(named, lead.c.created_at >= given.c.starts_at, lead.c.created_at < given.c.ends_at)
    key = cast(given.c.id, Text)
    found = await _counted(connection, lead, key, within, currency, among=lead.join(given, within))
    return {way.id: found.get(str(way.id), Yield()) for way in ways}


def _given(ways: Sequence[Way]) -> FromClause:
    rows = [
        {
            **asdict(way),
            "sources": [name.lower() for name in way.sources],
            "campaigns": [name.lower() for name in way.campaigns],
        }
        for way in ways
    ]
    columns = (
        column("id", Uuid),
        column("sources", ARRAY(Text)),
        column("campaigns", ARRAY(Text)),
        column("starts_at", Instant),
        column("ends_at", Instant),
    )
    parameter = bindparam("ways", rows, type_=JSONB())
    table = func.jsonb_to_recordset(parameter).table_valued(*columns, name="given")
    return table.render_derived(with_types=True)


async def _counted(
    connection: AsyncConnection,
    lead: Subquery,
    key: ColumnElement[str],
    within: ColumnElement[bool],
    currency: str,
    *,
    among: FromClause | None = None,
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
        .select_from((lead if among is None else among).outerjoin(won, won.c.lead_id == lead.c.id))
        .where(within, lead.c.merged_into.is_(None), lead.c.archived_at.is_(None))
        .group_by(key)
    )
    return {row[0]: Yield(*row[1:]) for row in rows}
