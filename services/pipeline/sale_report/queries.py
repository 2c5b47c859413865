"""Deals of a period by kind, and accounts by how often they bought."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Subquery, and_, case, func, null, or_, select, true, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.rows import DEALS, EARLIER, SALE_KIND, WON_BEFORE
from services.pipeline.deal_report.queries import Sample
from services.pipeline.sale_report.domain import Buyers, Tally
from shared.contracts.periods import Period

Marked = tuple[Sample, Sequence[ColumnElement[Any]]]
"""Deals, and the columns they are told apart by."""


class Counted(NamedTuple):
    """What the deals with this key of the split and these marks came to."""

    key: str | None
    marks: tuple[str | None, ...]
    tally: Tally


class History(NamedTuple):
    """The kind of a deal, and what of its account's history makes it so."""

    sale_kind: str | None
    won_before: int
    first_won_at: datetime | None
    last_won_at: datetime | None


def by_kind(sample: Sample) -> Marked:
    """The sample, and what is SALE_KIND of its deals: by the first sale of each account, found once for all
    instead of for each deal."""
    deal, first = sample.deal.c, _first_sales()
    after = tuple_(deal.closed_at, deal.id) > tuple_(first.c.closed_at, first.c.id)
    repeat = and_(first.c.id.is_not(None), or_(deal.closed_at.is_(None), after))
    kind = case((deal.account_id.is_(None), null()), (repeat, "repeat"), else_="first")
    return replace(sample, table=sample.table.outerjoin(first, first.c.account_id == deal.account_id)), [kind]


def by_type(sample: Sample) -> Marked:
    """The sample by approach and channel."""
    return sample, [sample.deal.c.sale_approach, sample.deal.c.sale_channel]


async def tallies(
    connection: AsyncConnection, sample: Sample, marks: Sequence[ColumnElement[Any]], period: Period
) -> list[Counted]:
    """One query over the deals created or closed in the period, by index."""
    deal = sample.deal.c
    created = _within(deal.created_at, period)
    closed = _within(deal.closed_at, period)
    won, lost = and_(closed, deal.status == "won"), and_(closed, deal.status == "lost")
    marked = [mark.label(f"mark_{index}") for index, mark in enumerate(marks)]
    query = sample.select(
        sample.key.label("key"),
        *marked,
        func.count().filter(created).label("opened"),
        func.count().filter(won).label("won"),
        func.count().filter(lost).label("lost"),
        func.count(sample.value).filter(won).label("valued"),
        func.coalesce(func.sum(sample.value).filter(won), Decimal()).label("revenue"),
    ).where(or_(created, closed))
    rows = await connection.execute(query.group_by("key", *(mark.name for mark in marked)))
    return [Counted(row[0], tuple(row[1 : 1 + len(marks)]), Tally(*row[1 + len(marks) :])) for row in rows]


async def buyers(connection: AsyncConnection, sample: Sample, period: Period) -> dict[str | None, Buyers]:
    """By key: accounts by how many deals they had won until the end of the period, and before it."""
    deal = sample.deal.c
    bought = (
        sample.select(
            sample.key.label("key"),
            func.count().label("times"),
            func.count().filter(deal.closed_at < period.starts_at).label("before"),
        )
        .where(deal.status == "won", deal.account_id.is_not(None), deal.closed_at < period.ends_at)
        .group_by("key", deal.account_id)
        .subquery()
    )
    again = bought.c.times >= 2
    query = select(
        bought.c.key,
        func.count(),
        func.count().filter(again),
        func.count().filter(again, bought.c.before < 2),
    ).group_by(bought.c.key)
    return {row[0]: Buyers(*row[1:]) for row in await connection.execute(query)}


async def history_of(connection: AsyncConnection, deal_id: UUID) -> History:
    """Of one deal, whoever may read the others of its account."""
    won = (
        select(
            func.count().label("times"),
            func.min(EARLIER.c.closed_at).label("first"),
            func.max(EARLIER.c.closed_at).label("last"),
        )
        .where(WON_BEFORE)
        .lateral()
    )
    query = select(SALE_KIND, won.c.times, won.c.first, won.c.last).select_from(DEALS.join(won, true()))
    return History(*(await connection.execute(query.where(DEALS.c.id == deal_id))).one())


def _first_sales() -> Subquery:
    won = DEALS.alias("sale").c
    query = select(won.account_id, won.closed_at, won.id).ext(distinct_on(won.account_id))
    query = query.where(won.status == "won", won.account_id.is_not(None))
    return query.order_by(won.account_id, won.closed_at, won.id).subquery("first_sale")


def _within(instant: ColumnElement[datetime], period: Period) -> ColumnElement[bool]:
    return and_(instant >= period.starts_at, instant < period.ends_at)
