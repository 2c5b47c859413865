"""The places of cards, written under the lock of their column."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Numeric, Select, func, literal, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.board.domain import Card, Side
from services.pipeline.board.rows import STANDS, placed, rank_of
from services.pipeline.board.tables import deal_place
from services.pipeline.deal.rows import DEALS
from shared.persistence.types import Instant

_D = DEALS.c
_RANK = rank_of(DEALS)
_STEP = 1024
_GIVEN = ("deal_id", "stage_id", "stage_entered_at", "rank")
_P = deal_place.c


async def hold_column(connection: AsyncConnection, stage_id: UUID) -> None:
    """Nobody else orders the cards of this stage until the transaction ends."""
    await connection.execute(
        select(func.pg_advisory_xact_lock(func.hashtextextended(f"board {stage_id}", 0)))
    )


async def card(connection: AsyncConnection, deal_id: UUID, stage_id: UUID) -> Card | None:
    """The card of an open deal, as long as it is in this stage."""
    query = (
        select(_D.id, _RANK)
        .select_from(placed(DEALS, DEALS))
        .where(_D.id == deal_id, _D.stage_id == stage_id, _D.status == "open")
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else Card(*row)


async def further(
    connection: AsyncConnection, beside: Card, stage_id: UUID, side: Side, *, without: UUID
) -> Card | None:
    """The card that lies next to `beside` on that side."""
    here = tuple_(_RANK, _D.id)
    there = tuple_(literal(beside.rank), literal(beside.id))
    before = side == "before"
    query = (
        select(_D.id, _RANK)
        .select_from(placed(DEALS, DEALS))
        .where(_D.stage_id == stage_id, _D.status == "open", _D.id != without)
        .where(here < there if before else here > there)
        .order_by(*((_RANK.desc(), _D.id.desc()) if before else (_RANK, _D.id)))
        .limit(1)
    )
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else Card(*row)


async def place(
    connection: AsyncConnection, deal_id: UUID, stage_id: UUID, rank: Decimal, now: datetime
) -> None:
    """Give the card this rank for as long as its deal stays in the stage."""
    row = (_D.id, _D.stage_id, _D.stage_entered_at, literal(rank, Numeric))
    query = select(*_as_given(row)).where(_D.id == deal_id, _D.stage_id == stage_id)
    await _put(connection, query, now)


async def spread(connection: AsyncConnection, stage_id: UUID, now: datetime) -> None:
    """Even ranks for all cards of a held column, in the order they are in. New cards still come first."""
    order = func.row_number().over(order_by=(_RANK, _D.id)) * _STEP
    even = (_D.id, _D.stage_id, _D.stage_entered_at, order)
    query = (
        select(*_as_given(even))
        .select_from(placed(DEALS, DEALS))
        .where(_D.stage_id == stage_id, _D.status == "open")
    )
    await _put(connection, query, now)


def _as_given(values: Sequence[ColumnElement[Any]]) -> list[ColumnElement[Any]]:
    return [each.label(name) for name, each in zip(_GIVEN, values, strict=True)]


async def _put(connection: AsyncConnection, places: Select[Any], now: datetime) -> None:
    """These are the places from now on; where the cards lay until then is kept."""
    at, given = literal(now, Instant), places.cte("given")
    until_now = (
        update(deal_place)
        .where(_P.deal_id == given.c.deal_id, STANDS, _P.placed_at != at)
        .values(valid_to=func.greatest(_P.placed_at, at))
    )
    new = insert(deal_place).from_select([*_GIVEN, "placed_at"], select(*given.c, at))
    await connection.execute(
        new.on_conflict_do_update(
            index_elements=["deal_id", "placed_at"],
            set_={name: new.excluded[name] for name in (*_GIVEN[1:], "valid_to")},
        ).add_cte(until_now.cte("until_now"))
    )
