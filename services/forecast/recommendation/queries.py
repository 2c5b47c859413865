"""Open deals and what was done about them, evidence from those that are over, when tries were answered."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Integer, and_, cast, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.activity_ledger.queries import activities
from services.forecast.deal_ledger.queries import deals, named_deals
from services.forecast.deal_sample.queries import Sample
from services.forecast.recommendation.domain import (
    ENOUGH_CONTACTS,
    LANDMARK,
    QUIET,
    Cases,
    OpenDeal,
    Sign,
    Slot,
)
from services.forecast.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.scope import owner_scope

_LOOKED_AT = timedelta(days=730)
_TRIES_OF = timedelta(days=365)
_ANSWERED_WITHIN = timedelta(days=2)
_HOURS = 4


async def open_deals(
    connection: AsyncConnection, sample: Sample, *, deal_id: UUID | None, now: datetime, most: int
) -> list[OpenDeal]:
    """The one, or those with the largest value, each with what was done about it."""
    deal, named = sample.deal.c, named_deals()
    only = () if deal_id is None else (deal.deal_id == deal_id,)
    query = (
        select(
            deal.deal_id,
            named.c.name,
            deal.owner_id,
            deal.stage,
            sample.value,
            deal.probability,
            deal.created_at,
            deal.expected_close,
        )
        .select_from(sample.table.join(named, named.c.deal_id == deal.deal_id))
        .where(*sample.conditions, deal.status == "open", *only)
        .order_by(sample.value.desc().nulls_last(), deal.deal_id)
        .limit(most)
    )
    rows = (await connection.execute(query)).all()
    activity = activities().c
    done = _done_at(activity)
    doings = await connection.execute(
        select(
            activity.deal_id,
            func.max(done).filter(done <= now),
            func.coalesce(func.bool_or(_is_planned(activity, now)), False),
            func.count(activity.contact_id.distinct()),
        )
        .where(activity.deal_id.in_([row[0] for row in rows]))
        .group_by(activity.deal_id)
    )
    done_about = {row[0]: tuple(row[1:]) for row in doings}
    return [OpenDeal(*row, *done_about.get(row[0], (None, False, 0))) for row in rows]


async def evidence(connection: AsyncConnection, now: datetime) -> dict[Sign, Cases]:
    """From all deals of the last two years that were open after 30 days, as they stood then."""
    dealt, did = deals(), activities()
    deal, activity = dealt.c, did.c
    day, done = deal.created_at + LANDMARK, _done_at(activity)
    signs: dict[Sign, ColumnElement[bool]] = {
        "next_step": func.bool_or(_is_planned(activity, day)),
        "activity": func.bool_or(and_(done <= day, done > day - QUIET)),
        "contacts": func.count(activity.contact_id.distinct()) >= ENOUGH_CONTACTS,
    }
    known = and_(activity.deal_id == deal.deal_id, activity.created_at <= day)
    each = (
        select(
            (deal.status == "won").label("won"),
            *(func.coalesce(sign, False).label(name) for name, sign in signs.items()),
        )
        .select_from(dealt.outerjoin(did, known))
        .where(deal.status.in_(("won", "lost")), deal.closed_at > day, deal.closed_at > now - _LOOKED_AT)
        .group_by(deal.deal_id, deal.status)
        .subquery("each")
    )
    counts: list[ColumnElement[int]] = []
    for name in signs:
        has = each.c[name]
        counts += [func.count().filter(has), func.count().filter(has, each.c.won)]
        counts += [func.count().filter(~has), func.count().filter(~has, each.c.won)]
    row = (await connection.execute(select(*counts).select_from(each))).one()
    return {name: Cases(*row[4 * place : 4 * place + 4]) for place, name in enumerate(signs)}


async def tries_by_slot(
    connection: AsyncConnection,
    caller: Identity,
    *,
    owner_id: UUID | None,
    time_zone: str,
    now: datetime,
) -> Sequence[Slot]:
    """Outbound activities of the last year by local weekday and four hours, and how many the same account or
    lead answered within two days."""
    activity = activities().c
    at = func.coalesce(activity.started_at, activity.done_at, activity.created_at)
    party = func.coalesce(activity.account_id, activity.lead_id, activity.deal_id)
    answer = func.min(at).filter(activity.direction == "inbound")
    each = (
        select(
            at.label("at"),
            activity.direction.label("direction"),
            answer.over(partition_by=party, order_by=at, rows=(1, None)).label("answered_at"),
        )
        .where(
            at > now - _TRIES_OF,
            at <= now,
            party.is_not(None),
            owner_scope(ORGANISATION, caller, activity.owner_id),
            *(() if owner_id is None else (activity.owner_id == owner_id,)),
        )
        .subquery("each")
    )
    local = func.timezone(time_zone, each.c.at)
    query = select(
        cast(func.extract("isodow", local), Integer).label("weekday"),
        cast(func.floor(func.extract("hour", local) / _HOURS) * _HOURS, Integer).label("hour"),
        func.count(),
        func.count().filter(each.c.answered_at <= each.c.at + _ANSWERED_WITHIN),
    ).where(each.c.direction == "outbound")
    return [Slot(*row) for row in await connection.execute(query.group_by("weekday", "hour"))]


def _done_at(activity: Any) -> ColumnElement[datetime]:
    return func.coalesce(activity.done_at, activity.ended_at, activity.started_at)


def _is_planned(activity: Any, at: Any) -> ColumnElement[bool]:
    undone = or_(activity.done_at.is_(None), activity.done_at > at)
    return and_(activity.due_at > at, undone)
