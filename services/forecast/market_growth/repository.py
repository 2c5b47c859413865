"""Write what is said of the market's growth; a change checks the version it was made from."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.market_growth.tables import market_growth
from shared.contracts.errors import DomainError
from shared.contracts.ids import new_id
from shared.contracts.periods import Period

_G = market_growth.c


async def get(connection: AsyncConnection, wanted: UUID, *, lock: bool = False) -> Row[Any]:
    """One of them, locked if asked. Refuses with `market_growth_not_found`."""
    query = select(market_growth).where(market_growth.c.id == wanted)
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    if row is None:
        raise DomainError("market_growth_not_found", f"There is no market growth {wanted}.")
    return row


async def remove(connection: AsyncConnection, wanted: UUID) -> None:
    """It was never said."""
    await connection.execute(delete(market_growth).where(market_growth.c.id == wanted))


async def put(
    connection: AsyncConnection,
    period: Period,
    said: dict[str, Any],
    *,
    by: str,
    expected: int | None,
    now: datetime,
) -> tuple[Any, bool]:
    """The row, and whether it is new. `expected`: the version read, None for whatever it is; refuses another
    with `version_conflict`."""
    this_span = (_G.starts_on == period.starts_on, _G.ends_on == period.ends_on)
    if expected is None:
        row = {**said, "period": period.name, "starts_on": period.starts_on, "ends_on": period.ends_on}
        row |= {"id": new_id(), "version": 1, "set_by": by, "created_at": now, "updated_at": now}
        new = insert(market_growth).values(row).on_conflict_do_nothing().returning(market_growth)
        written = (await connection.execute(new)).one_or_none()
        if written is not None:
            return written, True
    change = update(market_growth).where(*this_span, *(() if expected is None else (_G.version == expected,)))
    change = change.where(_or_differs(said))
    changed = await connection.execute(
        change.values(**said, set_by=by, updated_at=now, version=_G.version + 1).returning(market_growth)
    )
    row_after = changed.one_or_none()
    if row_after is None:
        row_after = (await connection.execute(select(market_growth).where(*this_span))).one_or_none()
        if row_after is None or expected not in (None, row_after.version):
            raise DomainError("version_conflict", "The market growth was changed meanwhile.")
    return row_after, False


def _or_differs(said: dict[str, Any]) -> Any:
    factor, note = said["factor"], said["source_note"]
    return (_G.factor != factor) | (_G.source_note != note)
