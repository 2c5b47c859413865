"""Write what market research says; a change checks the version it was made from."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.market_report.tables import market_report
from shared.contracts.errors import DomainError
from shared.contracts.ids import new_id

_R = market_report.c
_ABOUT = ("product_id", "starts_on", "ends_on", "source")
_SAID = ("need", "researched_on", "note")


async def get(connection: AsyncConnection, wanted: UUID, *, lock: bool = False) -> Row[Any]:
    """One of them, locked if asked. Refuses with `market_report_not_found`."""
    query = select(market_report).where(market_report.c.id == wanted)
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    if row is None:
        raise DomainError("market_report_not_found", f"There is no market report {wanted}.")
    return row


async def remove(connection: AsyncConnection, wanted: UUID) -> None:
    """It was never said."""
    await connection.execute(delete(market_report).where(market_report.c.id == wanted))


async def put(
    connection: AsyncConnection, said: dict[str, Any], *, expected: int | None, now: datetime
) -> tuple[Row[Any], bool]:
    """The row, and whether it is new. `expected`: the version read, None for whatever it is; refuses another
    with `version_conflict`. The same again changes nothing."""
    about = [_R[name] == said[name] for name in _ABOUT]
    if expected is None:
        row = {**said, "id": new_id(), "version": 1, "created_at": now, "updated_at": now}
        new = insert(market_report).values(row).on_conflict_do_nothing().returning(market_report)
        written = (await connection.execute(new)).one_or_none()
        if written is not None:
            return written, True
    else:
        about.append(_R.version == expected)
    differs = or_(*(_R[name].is_distinct_from(said[name]) for name in _SAID))
    values = {**{name: said[name] for name in (*_SAID, "set_by")}, "updated_at": now}
    change = update(market_report).where(*about, differs).values(**values, version=_R.version + 1)
    changed = (await connection.execute(change.returning(market_report))).one_or_none()
    standing = changed or (await connection.execute(select(market_report).where(*about))).one_or_none()
    if standing is None:
        raise DomainError("version_conflict", "The market report was changed meanwhile.")
    return standing, False
