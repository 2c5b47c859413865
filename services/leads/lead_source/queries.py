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
    Numeric,
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
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.deal_link.queries import won_from
from services.leads.lead.queries import leads_seen_by
from services.leads.lead_source.domain import Way, Yield
from services.leads.lead_source.schemas import GroupBy
from services.leads.touch.domain import Attribution, WayName
from services.leads.touch.queries import credits_of, leads_that_came_by
from shared.contracts.identity import Identity
from shared.contracts.periods import Period
from shared.persistence.types import Instant

_KEYS = {"partner": "partner_id"}
_WAYS: dict[str, WayName] = {name: name for name in get_args(WayName)}
_WHOLE = literal(Decimal(1), Numeric)
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
        return await _counted(connection, chosen, chosen.c.own, _WHOLE, source=chosen)
    credit = credits_of(chosen, way, attribution)
    source = chosen.outerjoin(credit, credit.c.lead_id == chosen.c.id)
    weight = func.coalesce(cast(credit.c.weight, Numeric), _WHOLE)
    return await _counted(connection, chosen, credit.c.key, weight, source=source)


async def yield_of_campaign(
    connection: AsyncConnection, identity: Identity, name: str, attribution: Attribution, *, currency: str
) -> Yield:
    """Of all leads credited to the campaign, in whatever case its name is written; found by index."""
    lead = leads_seen_by(identity, *_COLUMNS)
    wanted = name.lower()
    own: ColumnElement[str] = func.lower(lead.c.campaign)
    if attribution == "first":
        chosen = _chosen(lead, lead, own, own == wanted, currency=currency)
        found = await _counted(connection, chosen, chosen.c.own, _WHOLE, source=chosen)
    else:
        within = lead.c.id.in_(leads_that_came_by("campaign", wanted))
        chosen = _chosen(lead, lead, own, within, currency=currency)
        credit = credits_of(chosen, "campaign", attribution)
        source = chosen.join(credit, credit.c.lead_id == chosen.c.id)
        key, weight = func.lower(credit.c.key), cast(credit.c.weight, Numeric)
        found = await _counted(connection, chosen, key, weight, source=source)
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
    found = await _counted(connection, chosen, chosen.c.own, _WHOLE, source=chosen)
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
    won = won_from(lead.c.id, lead, currency)
    is_won = won.c.won > 0
    converted = or_(lead.c.converted_at.is_not(None), is_won)
    return (
        select(
            lead.c.id,
            lead.c.converted_at,
            own.label("own"),
            or_(lead.c.qualified_at.is_not(None), converted).label("qualified"),
            converted.label("converted"),
            (won.c.opened > 0).label("opened"),
            is_won.label("won"),
            won.c.amount,
        )
        .select_from(source.join(won, true()))
        .where(within, lead.c.merged_into.is_(None), lead.c.archived_at.is_(None))
        .cte("chosen")
    )


async def _counted(
    connection: AsyncConnection,
    chosen: CTE,
    key: ColumnElement[str],
    weight: ColumnElement[Decimal],
    *,
    source: FromClause,
) -> dict[str | None, Yield]:
    """The weights of the leads by key, in all and of those that got so far."""
    part = func.sum(weight)
    reached = (chosen.c[name] for name in ("qualified", "converted", "opened", "won"))
    rows = await connection.execute(
        select(
            key,
            part,
            *(func.coalesce(part.filter(step), Decimal(0)) for step in reached),
            func.coalesce(func.sum(weight * chosen.c.amount), Decimal(0)),
        )
        .select_from(source)
        .group_by(key)
        .having(part > 0)
    )
    return {row[0]: Yield(*(Decimal(figure) for figure in row[1:])) for row in rows}
