"""A card is put right before or after another one of its column."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.board import repository
from services.pipeline.board.domain import SPREAD, Side, is_long, rank_between
from services.pipeline.deal import repository as deals
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.identity import Identity


async def place_card(
    connection: AsyncConnection, deal_id: UUID, side: Side, other_id: UUID, caller: Identity, *, now: datetime
) -> None:
    """The order is the column's, not the deal's: no version, no event. Who comes later in a column waits.

    Refuses with `deal_not_found`, `deal_not_open`, and with `validation_failed` a card of another column.
    """
    deal = (await deals.get(connection, deal_id, caller)).deal
    deal.must_be_open()
    other = (await deals.get(connection, other_id, caller, reading=True)).deal
    stage_id = deal.stage.id
    await repository.hold_column(connection, stage_id)
    beside = await repository.card(connection, other_id, stage_id)
    if beside is None or other.id == deal.id:
        detail = f"There is no other open deal {other_id} in {deal.stage.name!r}."
        raise DomainError("validation_failed", detail, [FieldError(f"/{side}", "not_in_column", detail)])
    next_to = await repository.further(connection, beside, stage_id, side, without=deal_id)
    rank = rank_between(beside, side, next_to)
    if rank is None:
        await repository.spread(connection, stage_id, now)
        return await place_card(connection, deal_id, side, other_id, caller, now=now)
    await repository.place(connection, deal_id, stage_id, rank, now)
    if is_long(rank):
        await plan_work(connection, [Due(SPREAD, stage_id, now)])


async def spread_columns(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """Ranks that became long by many cards put between the same two become short again; no card moves."""
    for stage_id in sorted(entry.subject_id for entry in entries):
        await repository.hold_column(connection, stage_id)
        await repository.spread(connection, stage_id, now)
