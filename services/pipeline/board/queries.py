"""A board in one query: for each stage its figures, and its first cards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
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
from shared.web.listing import Listing

_COLUMN = STAGES.alias("board_column")
_C = _COLUMN.c
_COUNTS = ("open_deals", "deals_without_amount", "unweighted_deals")
_STAGE = ("position", "probability", "forecast_category", "target_days", "removed")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A board, or one of its columns: the deals of a list, which are `deals` as they stand or stood.

    `at`: the order of the cards as of then. `cards`: so many of each column; `behind`: the rank and id of the
    one they come after.
    """

    listing: Listing
    deals: FromClause
    where: Sequence[ColumnElement[bool]]
    pipeline_id: UUID
    cards: int
    at: datetime | None = None
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
        for _, cards in groupby(rows, key=lambda row: row.column_id)
    ]


def board_query(wanted: Wanted, currency: str) -> Select[Any]:
    """One row for each card, beside the figures of its column; a column without cards is one row."""
    figures, first = _figures(wanted, currency), _first(wanted)
    card = select(*wanted.listing.columns or ()).select_from(wanted.listing.table).subquery("card")
    query = (
        select(
            *(_C[name].label(f"column_{name}") for name in ("id", "name", *_STAGE)),
            *(figures.c[name].label(f"column_{name}") for name in (*_COUNTS, "amount", "weighted")),
            *card.c,
            first.c.rank,
        )
        .select_from(
            _COLUMN.join(figures, true()).outerjoin(first, true()).outerjoin(card, card.c.id == first.c.id)
        )
        .where(_C.pipeline_id == wanted.pipeline_id, or_(~_C.removed, figures.c.open_deals > 0))
        .order_by(_C.removed, _C.position, _C.id, first.c.rank, first.c.id)
        .limit(100_000)
    )
    return query if wanted.stage_id is None else query.where(_C.id == wanted.stage_id)


def _in_column(wanted: Wanted) -> ColumnElement[bool]:
    deal = wanted.deals.c
    return and_(deal.stage_id == _C.id, deal.status == "open", *wanted.where)


def _figures(wanted: Wanted, currency: str) -> FromClause:
    deal = wanted.deals.c
    valued = case((deal.base_currency == currency, deal.base_amount))
    unweighted = and_(valued.is_not(None), deal.probability.is_(None))
    return (
        select(
            func.count().label("open_deals"),
            func.sum(valued).label("amount"),
            func.sum(valued * deal.probability).label("weighted"),
            func.count().filter(valued.is_(None)).label("deals_without_amount"),
            func.count().filter(unweighted).label("unweighted_deals"),
        )
        .select_from(wanted.listing.table)
        .where(_in_column(wanted))
        .correlate(_COLUMN)
        .lateral("figures")
    )


def _first(wanted: Wanted) -> FromClause:
    """The first cards of the column; all else is read of these only."""
    deal, rank = wanted.deals.c, rank_of(wanted.deals)
    query = (
        select(deal.id, rank.label("rank"))
        .select_from(placed(wanted.listing.table, wanted.deals, wanted.at))
        .where(_in_column(wanted))
        .order_by(rank, deal.id)
        .limit(wanted.cards + 1)
        .correlate(_COLUMN)
    )
    if wanted.behind is not None:
        last_rank, last_id = wanted.behind
        last = tuple_(literal(last_rank, Numeric), literal(last_id, Uuid))
        query = query.where(tuple_(rank, deal.id) > last)
    return query.lateral("first_cards")


def _column(rows: Sequence[Row[Any]], most: int, currency: str) -> Column:
    first, cards = rows[0], [row for row in rows if row.id is not None]
    shown = cards[:most]
    last = (shown[-1].rank, shown[-1].id) if len(cards) > most else None
    return Column(
        {
            "stage_id": first.column_id,
            "stage": first.column_name,
            **{name: first._mapping[f"column_{name}"] for name in (*_STAGE, *_COUNTS)},
            "amount": money(first.column_amount or 0, currency),
            "weighted": money(first.column_weighted or 0, currency),
            "cards": [deal_out(listed_deal(row)) for row in shown],
        },
        last,
    )
