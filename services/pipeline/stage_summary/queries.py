"""How many deals stand in which stage and what they are worth: one query."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, FromClause, RowMapping, and_, case, func, literal, null, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.pipeline.rows import PIPELINES, STAGES
from shared.contracts.money import CENT, Money
from shared.persistence.types import Instant

_S, _P = STAGES.c, PIPELINES.c
NEAR = ("commit", "most_likely")
"""Deals in these forecast categories are almost closed."""
_COUNTS = (
    "open_deals",
    "deals_without_amount",
    "unweighted_deals",
    "overdue_deals",
    "won_deals",
    "lost_deals",
)
_AMOUNTS = ("amount", "weighted", "won_amount", "lost_amount")


async def target_days(connection: AsyncConnection) -> list[int]:
    """The numbers of days that stages may take."""
    query = select(_S.target_days).where(_S.target_days.is_not(None)).distinct().limit(1000)
    return list((await connection.execute(query)).scalars())


async def by_stage(
    connection: AsyncConnection,
    source: FromClause,
    *,
    deals: Sequence[ColumnElement[bool]],
    stages: Sequence[ColumnElement[bool]],
    currency: str,
    late: Mapping[int, datetime],
) -> dict[str, Any]:
    """The stages in order with their figures, and the totals.

    `source`: deals as they stand or stood, with the columns of their table; `deals`, `stages`: which count.
    `late`: for each number of target days the instant by which a deal entered that is overdue.
    """
    deal = source.c
    valued = case((deal.base_currency == currency, deal.base_amount))
    is_open, won, lost = (deal.status == status for status in ("open", "won", "lost"))
    entered_by = case(
        *((_S.target_days == days, literal(instant, Instant)) for days, instant in late.items()),
        else_=null(),
    )
    overdue = and_(is_open, deal.stage_entered_at <= entered_by)
    query = (
        select(
            *(_S.pipeline_id, _P.name.label("pipeline"), _S.id.label("stage_id"), _S.name.label("stage")),
            *(_S.position, _S.probability, _S.forecast_category),
            func.count().filter(is_open).label("open_deals"),
            func.sum(valued).filter(is_open).label("amount"),
            func.sum(valued * deal.probability).filter(is_open).label("weighted"),
            func.count().filter(and_(is_open, valued.is_(None))).label("deals_without_amount"),
            func.count()
            .filter(and_(is_open, valued.is_not(None), deal.probability.is_(None)))
            .label("unweighted_deals"),
            func.count().filter(overdue).label("overdue_deals"),
            func.count().filter(won).label("won_deals"),
            func.sum(valued).filter(won).label("won_amount"),
            func.count().filter(lost).label("lost_deals"),
            func.sum(valued).filter(lost).label("lost_amount"),
        )
        .select_from(
            STAGES.join(PIPELINES, _P.id == _S.pipeline_id).outerjoin(
                source, and_(deal.stage_id == _S.id, *deals)
            )
        )
        .where(*stages)
        .group_by(_S.id, _P.id)
        .having(or_(~_S.removed, func.count(deal.id) > 0))
        .order_by(_P.created_at, _P.id, _S.removed, _S.position)
        .limit(5000)
    )
    rows = (await connection.execute(query)).mappings().all()
    return {
        "currency": currency,
        "stages": [_shown(row, currency) for row in rows],
        "totals": {
            **{name: sum(row[name] for row in rows) for name in _COUNTS},
            **{name: _money(_sum(row[name] for row in rows), currency) for name in _AMOUNTS},
        },
    }


async def by_nearness(
    connection: AsyncConnection,
    source: FromClause,
    *,
    deals: Sequence[ColumnElement[bool]],
    currency: str,
) -> dict[str, Any]:
    """The open deals that are almost closed, and those for later: how many, worth what, expected when."""
    deal = source.c
    valued = case((deal.base_currency == currency, deal.base_amount))
    near = deal.forecast_category.in_(NEAR).label("near")
    query = (
        select(
            near,
            func.count().label("deals"),
            func.sum(valued).label("amount"),
            func.sum(valued * deal.probability).label("weighted"),
            func.min(deal.expected_close).label("first_close"),
            func.max(deal.expected_close).label("last_close"),
            *(
                func.percentile_disc(part).within_group(deal.expected_close).label(f"close_p{part * 100:.0f}")
                for part in (0.1, 0.5, 0.9)
            ),
            func.count().filter(deal.expected_close.is_(None)).label("without_date"),
        )
        .select_from(source)
        .where(deal.status == "open", *deals)
        .group_by(near)
    )
    found = {row["near"]: dict(row) for row in (await connection.execute(query)).mappings()}
    return {
        name: _part(found.get(is_near, {}), currency)
        for name, is_near in (("almost_closed", True), ("for_later", False))
    }


def _part(row: Mapping[str, Any], currency: str) -> dict[str, Any]:
    dates = ("first_close", "close_p10", "close_p50", "close_p90", "last_close")
    return {
        "deals": row.get("deals", 0),
        "without_date": row.get("without_date", 0),
        **{name: _money(row.get(name), currency) for name in ("amount", "weighted")},
        "expected": {name: row.get(name) for name in dates},
    }


def _shown(row: RowMapping, currency: str) -> dict[str, Any]:
    return {**row, **{name: _money(row[name], currency) for name in _AMOUNTS}}


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), Decimal())


def _money(amount: Decimal | None, currency: str) -> Money:
    return Money(amount=(amount or Decimal()).quantize(CENT), currency=currency)
