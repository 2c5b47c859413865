"""A board in one query: for each stage its figures, and its first cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Numeric,
    Row,
    Select,
    Uuid,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.board.rows import placed, rank_of
from services.pipeline.deal.queries import listed_deal
from services.pipeline.deal.schemas import deal_out
from services.pipeline.pipeline.rows import STAGES
from shared.reporting.figures import money

_S = STAGES.c
_COUNTS = ("open_deals", "deals_without_amount", "unweighted_deals")
_STAGE = ("position", "probability", "forecast_category", "target_days", "removed")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A board, or one of its columns. `deals`: as they stand or stood; `cards`: so many of each column.

    `behind`: the rank and id of the last card seen.
    """

    deals: FromClause
    where: Sequence[ColumnElement[bool]]
    pipeline_id: UUID
    cards: int
    stage_id: UUID | None = None
    behind: tuple[Decimal, UUID] | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it is shown; `last`: the rank and id of its last card, when there are more."""

    shown: dict[str, Any]
    last: tuple[Decimal, UUID] | None


async def columns(connection: AsyncConnection, wanted: Wanted, *, currency: str) -> list[Column]:
    """The columns in order. No column: there is no such pipeline, or no such stage in it."""
    rows = (await connection.execute(board_query(wanted, currency))).all()
    return [
        _column(list(cards), wanted.cards, currency)
        for _, cards in groupby(rows, key=lambda row: row.stage_id_of_column)
    ]


def board_query(wanted: Wanted, currency: str) -> Select[Any]:
    """One row for each card, beside the figures of its column; a column without cards is one row."""
    figures = _figures(wanted, currency)
    cards = _cards(wanted)
    query = (
        select(
            _S.id.label("stage_id_of_column"),
            _S.name.label("stage_name"),
            *(_S[name].label(f"stage_{name}") for name in _STAGE),
            _S.forecast_category.label("stage_category"),
            *figures.c,
            *cards.c,
        )
        .select_from(STAGES.join(figures, true()).outerjoin(cards, true()))
        .where(_S.pipeline_id == wanted.pipeline_id, or_(~_S.removed, figures.c.open_deals > 0))
        .order_by(_S.removed, _S.position, _S.id, cards.c.rank, cards.c.id)
        .limit(100_000)
    )
    return query if wanted.stage_id is None else query.where(_S.id == wanted.stage_id)


def _in_column(wanted: Wanted) -> ColumnElement[bool]:
    deal = wanted.deals.c
    return and_(deal.stage_id == _S.id, deal.status == "open", *wanted.where)


def _figures(wanted: Wanted, currency: str) -> FromClause:
    deal = wanted.deals.c
    valued = case((deal.base_currency == currency, deal.base_amount))
    unweighted = and_(valued.is_not(None), deal.probability.is_(None))
    return (
        select(
            func.count().label("open_deals"),
            func.sum(valued).label("valued"),
            func.sum(valued * deal.probability).label("weighted"),
            func.count().filter(valued.is_(None)).label("deals_without_amount"),
            func.count().filter(unweighted).label("unweighted_deals"),
        )
        .select_from(wanted.deals)
        .where(_in_column(wanted))
        .correlate(STAGES)
        .lateral("figures")
    )


def _cards(wanted: Wanted) -> FromClause:
    rank = rank_of(wanted.deals)
    query = (
        select(*wanted.deals.c, rank.label("rank"))
        .select_from(placed(wanted.deals))
        .where(_in_column(wanted))
        .order_by(rank, wanted.deals.c.id)
        .limit(wanted.cards + 1)
        .correlate(STAGES)
    )
    if wanted.behind is None:
        return query.lateral("card")
    last_rank, last_id = wanted.behind
    here, there = tuple_(rank, wanted.deals.c.id), tuple_(literal(last_rank, Numeric), literal(last_id, Uuid))
    return query.where(here > there).lateral("card")


def _column(rows: Sequence[Row[Any]], most: int, currency: str) -> Column:
    first, cards = rows[0], [row for row in rows if row.id is not None]
    shown = cards[:most]
    last = (shown[-1].rank, shown[-1].id) if len(cards) > most else None
    return Column(
        {
            "stage_id": first.stage_id_of_column,
            "stage": first.stage_name,
            **{name: first._mapping[f"stage_{name}"] for name in _STAGE},
            **{name: first._mapping[name] for name in _COUNTS},
            "amount": money(first.valued or 0, currency),
            "weighted": money(first.weighted or 0, currency),
            "cards": [deal_out(listed_deal(row)) for row in shown],
        },
        last,
    )
