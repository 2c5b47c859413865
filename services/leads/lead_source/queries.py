"""What leads became, by the way they came in, in one statement."""

from collections.abc import Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import get_args
from uuid import UUID

from sqlalchemy import (
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
    way = _WAYS.get(group_by)
    source: FromClause = lead
    key: ColumnElement[str] = cast(lead.c[_KEYS.get(group_by, group_by)], Text)
    weight: ColumnElement[Decimal] = _WHOLE
    if attribution != "first" and way is not None:
        credit = credits_of(lead, way, attribution)
        source, key = lead.outerjoin(credit, true()), credit.c.key
        weight = func.coalesce(cast(credit.c.weight, Numeric), _WHOLE)
    return await _counted(
        connection, lead=lead, source=source, key=key, weight=weight, within=within, currency=currency
    )


async def yield_of_campaign(
    connection: AsyncConnection, identity: Identity, name: str, attribution: Attribution, *, currency: str
) -> Yield:
    """Of all leads credited to the campaign, in whatever case its name is written; found by index."""
    lead = leads_seen_by(identity, *_COLUMNS)
    wanted = name.lower()
    source: FromClause = lead
    key: ColumnElement[str] = func.lower(lead.c.campaign)
    weight: ColumnElement[Decimal] = _WHOLE
    within: ColumnElement[bool] = key == wanted
    if attribution != "first":
        credit = credits_of(lead, "campaign", attribution)
        source, key = lead.join(credit, true()), func.lower(credit.c.key)
        weight = cast(credit.c.weight, Numeric)
        within = lead.c.id.in_(leads_that_came_by("campaign", wanted))
    found = await _counted(
        connection, lead=lead, source=source, key=key, weight=weight, within=within, currency=currency
    )
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
    key = cast(given.c.id, Text)
    found = await _counted(
        connection,
        lead=lead,
        source=lead.join(given, within),
        key=key,
        weight=_WHOLE,
        within=within,
        currency=currency,
    )
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
    *,
    lead: Subquery,
    source: FromClause,
    key: ColumnElement[str],
    weight: ColumnElement[Decimal],
    within: ColumnElement[bool],
    currency: str,
) -> dict[str | None, Yield]:
    """A step counts as reached when a later one was."""
    won = won_from(lead.c.id, lead, currency)
    is_won = won.c.won > 0
    converted = or_(lead.c.converted_at.is_not(None), is_won)
    part = func.sum(weight)
    rows = await connection.execute(
        select(
            key,
            part,
            *(
                func.coalesce(part.filter(reached), Decimal(0))
                for reached in (
                    or_(lead.c.qualified_at.is_not(None), converted),
                    converted,
                    won.c.opened > 0,
                    is_won,
                )
            ),
            func.coalesce(func.sum(weight * won.c.amount), Decimal(0)),
        )
        .select_from(source.join(won, true()))
        .where(within, lead.c.merged_into.is_(None), lead.c.archived_at.is_(None))
        .group_by(key)
        .having(part > 0)
    )
    return {row[0]: Yield(*(Decimal(figure) for figure in row[1:])) for row in rows}
