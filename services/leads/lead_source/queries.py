"""What leads became, by the way they came in, in one statement."""

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import get_args
from uuid import UUID

from sqlalchemy import (
    CTE,
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
    literal,
    null,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.deal_link.queries import outcomes_of
from services.leads.lead.queries import leads_seen_by
from services.leads.lead_source.domain import Way, Yield
from services.leads.lead_source.schemas import GroupBy
from services.leads.touch.domain import Attribution, WayName, weight_of
from services.leads.touch.queries import leads_that_came_by, with_credits
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.persistence.types import Instant

_KEYS = {"partner": "partner_id"}
_WAYS: dict[str, WayName] = {name: name for name in get_args(WayName)}
_COLUMNS = (
    *("created_at", "merged_into", "archived_at", "qualified_at", "converted_at"),
    *("id", "source", "medium", "campaign", "channel", "origin", "partner_id"),
)


async def yields(
    connection: AsyncConnection,
    identity: Identity,
    period: Period,
    group_by: GroupBy,
    attribution: Attribution,
    *,
    currency: str,
) -> dict[str | None, Yield]:
    """By group. Reads the leads of the period by their index, with the touches and deals of each."""
    lead = leads_seen_by(identity, *_COLUMNS)
    within = and_(lead.c.created_at >= period.starts_at, lead.c.created_at < period.ends_at)
    own: ColumnElement[str] = cast(lead.c[_KEYS.get(group_by, group_by)], Text)
    chosen = _chosen(lead, lead, own, within, currency=currency)
    way = _WAYS.get(group_by)
    if attribution == "first" or way is None:
        return await _counted(connection, chosen, chosen.c.own)
    credited = with_credits(chosen, way, attribution)
    return await _counted(connection, credited, credited.c.key, attribution)


async def yield_of_campaign(
    connection: AsyncConnection, identity: Identity, name: str, attribution: Attribution, *, currency: str
) -> Yield:
    """Of all leads credited to the campaign, in whatever case its name is written; found by index."""
    lead = leads_seen_by(identity, *_COLUMNS)
    wanted = name.lower()
    own: ColumnElement[str] = func.lower(lead.c.campaign)
    if attribution == "first":
        chosen = _chosen(lead, lead, own, own == wanted, currency=currency)
        found = await _counted(connection, chosen, chosen.c.own)
    else:
        within = lead.c.id.in_(leads_that_came_by("campaign", wanted))
        chosen = _chosen(lead, lead, own, within, currency=currency)
        credited = with_credits(chosen, "campaign", attribution)
        found = await _counted(connection, credited, func.lower(credited.c.key), attribution)
    return found.get(wanted, Yield())


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
    source = lead.join(given, within)
    chosen = _chosen(lead, source, cast(given.c.id, Text), within, currency=currency)
    found = await _counted(connection, chosen, chosen.c.own)
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


def _chosen(
    lead: Subquery,
    source: FromClause,
    own: ColumnElement[str],
    within: ColumnElement[bool],
    *,
    currency: str,
) -> CTE:
    """The leads that are counted, each with what it became: a step counts as reached when a later one was.
    `own`: what it is counted by itself."""
    base = (
        select(lead.c.id, lead.c.converted_at, lead.c.qualified_at, own.label("own"))
        .select_from(source)
        .where(within, lead.c.merged_into.is_(None), lead.c.archived_at.is_(None))
        .cte("base")
    )
    deals = outcomes_of(select(base.c.id), currency)
    is_won = func.coalesce(deals.c.won, 0) > 0
    converted = or_(base.c.converted_at.is_not(None), is_won)
    return (
        select(
            base.c.id,
            base.c.converted_at,
            base.c.own,
            or_(base.c.qualified_at.is_not(None), converted).label("qualified"),
            converted.label("converted"),
            deals.c.lead_id.is_not(None).label("opened"),
            is_won.label("won"),
            deals.c.amount,
        )
        .select_from(base.outerjoin(deals, deals.c.lead_id == base.c.id))
        .cte("chosen")
    )


async def _counted(
    connection: AsyncConnection,
    counted: FromClause,
    key: ColumnElement[str],
    attribution: Attribution = "first",
) -> dict[str | None, Yield]:
    """By key the weights of the leads, in all and of those that got so far. The database counts leads of the
    same weight; what that weight is, is reckoned here, exactly."""
    alike = () if attribution == "first" else (counted.c.said, counted.c.edge)
    many = func.count()
    rows = await connection.execute(
        select(
            key,
            *(alike or (literal(0), null())),
            many,
            *(many.filter(counted.c[name]) for name in ("qualified", "converted", "opened", "won")),
            func.coalesce(func.sum(counted.c.amount), Decimal(0)),
        )
        .select_from(counted)
        .group_by(key, *alike)
    )
    found: dict[str | None, Yield] = {}
    for name, said, edge, *figures in rows:
        weight = weight_of(attribution, said, edge=edge)
        if weight:
            found[name] = found.get(name, Yield()) + Yield(*(weight * figure for figure in figures))
    return found
