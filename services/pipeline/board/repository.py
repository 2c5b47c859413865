"""The places of cards, written under the lock of their column."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, literal, select, tuple_
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.board.domain import Card, Side
from services.pipeline.board.rows import placed, rank_of
from services.pipeline.board.tables import deal_place
from services.pipeline.deal.rows import DEALS

_D = DEALS.c
_RANK = rank_of(DEALS)
_STEP = 1024


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
    connection: AsyncConnection, deal_id: UUID, stage_id: UUID, entered_at: datetime, rank: Decimal
) -> None:
    """Give the card this rank for as long as its deal stays in the stage."""
    values = {"stage_id": stage_id, "stage_entered_at": entered_at, "rank": rank}
    await connection.execute(
        insert(deal_place)
        .values(deal_id=deal_id, **values)
        .on_conflict_do_update(index_elements=["deal_id"], set_=values)
    )


async def spread(connection: AsyncConnection, stage_id: UUID) -> None:
    """Even ranks for all cards of a held column, in the order they are in. New cards still come first."""
    order = func.row_number().over(order_by=(_RANK, _D.id)) * _STEP
    even = (
        select(_D.id, _D.stage_id, _D.stage_entered_at, order)
        .select_from(placed(DEALS, DEALS))
        .where(_D.stage_id == stage_id, _D.status == "open")
    )
    new = insert(deal_place).from_select(["deal_id", "stage_id", "stage_entered_at", "rank"], even)
    await connection.execute(
        new.on_conflict_do_update(
            index_elements=["deal_id"],
            set_={name: new.excluded[name] for name in ("stage_id", "stage_entered_at", "rank")},
        )
    )
