"""Count all deals anew: when days begin at another instant, or the ledger was made anew.

Until that is done reports read the ledger itself: they are slower then, never wrong.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.rollup import repository
from services.forecast.rollup.domain import CELLS, PART, REMAKE
from services.forecast.rollup.projection import change_places, count_deals
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work


async def follow_time_zone(connection: AsyncConnection, *, now: datetime) -> None:
    """Days may begin at another instant than those that were counted: then count anew, soon."""
    zones = await repository.zones(connection)
    if zones.counted == zones.organisation:
        return
    await change_places(connection)
    if await repository.any_deals(connection):
        await repository.keep_zone(connection, None)
        await _plan(connection, None, now)
    else:
        await repository.keep_zone(connection, zones.organisation)


async def remake_cells(connection: AsyncConnection, *, now: datetime) -> None:
    """Forget all cells, and make them anew soon. For whoever has replaced the ledger, in its transaction."""
    await change_places(connection)
    await repository.keep_zone(connection, None)
    await repository.forget(connection)
    await _plan(connection, None, now)


async def remake_part(connection: AsyncConnection, entries: Sequence[Due], now: datetime) -> None:
    """Count the next deals, and plan those after them; after the last the cells may be read."""
    (entry,) = entries
    last = entry.payload.get("after")
    await change_places(connection)
    deal_ids = await repository.next_deals(connection, last and UUID(last), PART)
    await count_deals(connection, deal_ids)
    if len(deal_ids) == PART:
        await _plan(connection, deal_ids[-1], entry.due_at)
    else:
        await repository.keep_zone(connection, (await repository.zones(connection)).organisation)


async def _plan(connection: AsyncConnection, after: UUID | None, due_at: datetime) -> None:
    payload = {} if after is None else {"after": str(after)}
    await plan_work(connection, [Due(REMAKE, CELLS, due_at, payload)])
