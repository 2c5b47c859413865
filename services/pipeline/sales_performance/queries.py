"""Deals that closed in a period, how long they took, and how many were open at an instant."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Select,
    and_,
    cast,
    exists,
    extract,
    func,
    literal,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.rows import PASSAGES
from services.pipeline.deal_activity.queries import ACTIVITIES
from services.pipeline.deal_origin.queries import ORIGINS
from services.pipeline.deal_report.queries import WHOLE, Sample
from services.pipeline.sales_performance.domain import ENOUGH, Cycle, Decided
from shared.contracts.money import CENT
from shared.contracts.periods import Period
from shared.persistence.types import Instant

Key = str | None
_PARTS = (0.25, 0.5, 0.75, 0.9)
_DAY = 86_400


async def decided(connection: AsyncConnection, sample: Sample, period: Period) -> dict[Key, Decided]:
    """The deals that closed in the period."""
    deal = sample.deal.c
    each = _each(sample, deal.status, sample.value.label("value")).where(
        sample.within(deal.closed_at, period)
    )
    of = each.subquery("closed").c
    won, lost = of.status == "won", of.status == "lost"
    counts = (func.count().filter(won), func.count().filter(lost))
    sums = (func.coalesce(func.sum(of.value).filter(one), 0) for one in (won, lost))
    valued = (func.count(of.value).filter(one) for one in (won, lost))
    rows = await connection.execute(_by_key(of.key, *counts, *sums, *valued))
    return {
        WHOLE if whole else key: Decided(won, lost, Decimal(won_value), Decimal(lost_value), *amounts)
        for whole, key, won, lost, won_value, lost_value, *amounts in rows
    }


async def cycles(
    connection: AsyncConnection, sample: Sample, period: Period
) -> dict[Key, Mapping[tuple[str, str], Cycle]]:
    """How long the deals that closed in the period took, by (outcome, from what). Needs the origins."""
    deal = sample.deal.c
    created = _seconds(deal.closed_at - deal.created_at)
    contacted = _seconds(deal.closed_at - _first_contact(sample))
    columns = (deal.status, created.label("creation"), contacted.label("first_contact"))
    of = _each(sample, *columns).where(sample.within(deal.closed_at, period)).subquery("closed").c
    kinds = [(outcome, since) for outcome in ("won", "lost") for since in ("creation", "first_contact")]
    figures = [
        figure.filter(of.status == outcome)
        for outcome, since in kinds
        for figure in (
            func.count(of[since]),
            func.avg(of[since]),
            *(func.percentile_cont(part).within_group(of[since]) for part in _PARTS),
        )
    ]
    rows = await connection.execute(_by_key(of.key, *figures))
    return {
        WHOLE if whole else key: dict(zip(kinds, _cycles(lasted), strict=True))
        for whole, key, *lasted in rows
    }


def _first_contact(sample: Sample) -> ColumnElement[Any]:
    """The first activity done for the deal or with its lead, else the lead's creation; null without both."""
    deal, done_at = sample.deal.c, ACTIVITIES.c.done_at
    mine = and_(ACTIVITIES.c.deal_id == deal.id, done_at <= deal.closed_at)
    first_done = select(func.min(done_at)).where(mine).scalar_subquery()
    return func.coalesce(func.least(ORIGINS.c.first_contact_at, first_done), ORIGINS.c.lead_created_at)


async def open_at(connection: AsyncConnection, sample: Sample, at: datetime | None) -> dict[Key, int]:
    """How many deals were open at the instant, None: are open as they are looked at."""
    is_open = sample.deal.c.status == "open" if at is None else _was_open(sample, at)
    of = _each(sample).where(is_open).subquery("open_then").c
    rows = await connection.execute(_by_key(of.key, func.count()))
    return {WHOLE if whole else key: deals for whole, key, deals in rows}


def _was_open(sample: Sample, at: datetime) -> ColumnElement[bool]:
    """Opened by then, and neither closed then nor closed before and reopened after."""
    deal, passage, then = sample.deal.c, PASSAGES.c, literal(at, Instant)
    closed = exists(
        select(passage.deal_id).where(
            passage.deal_id == deal.id,
            passage.outcome.is_not(None),
            passage.entered_at <= then,
            passage.left_at > then,
        )
    )
    return and_(deal.created_at <= then, or_(deal.status == "open", deal.closed_at > then), ~closed)


def _each(sample: Sample, *columns: ColumnElement[Any]) -> Select[Any]:
    return sample.select(sample.key.label("key"), *columns)


def _by_key(key: ColumnElement[Any], *figures: ColumnElement[Any]) -> Select[Any]:
    """The figures of all, and of each key."""
    return select(func.grouping(key), key, *figures).group_by(func.grouping_sets(tuple_(key), text("()")))


def _seconds(lasted: ColumnElement[Any]) -> ColumnElement[float]:
    return cast(extract("epoch", lasted), Float)


def _cycles(figures: Sequence[Any]) -> list[Cycle]:
    width = len(_PARTS) + 2
    return [_cycle(*figures[start : start + width]) for start in range(0, len(figures), width)]


def _cycle(deals: int, *seconds: float | None) -> Cycle:
    if deals < ENOUGH:
        return Cycle(deals)
    days = (Decimal(str((each or 0) / _DAY)).quantize(CENT) for each in seconds)
    return Cycle(deals, *days)
