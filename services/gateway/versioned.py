"""Rows with a version: written by the set, the way every aggregate of the gateway is kept.

Must never break: a row is only written by who holds its lock or saw its version.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts.errors import DomainError
from shared.persistence.bulk import insert_rows, recordset

Row = Mapping[str, Any]


async def insert_all(connection: AsyncConnection, table: Table, rows: Sequence[Row]) -> None:
    """Write new rows with one statement; none is no statement."""
    if rows:
        await connection.execute(insert_rows(table, rows))


async def update_all(connection: AsyncConnection, table: Table, rows: Sequence[Row]) -> None:
    """Write the next state of rows that are locked. Refuses with `version_conflict` when one is gone."""
    if not rows:
        return
    given = recordset(table, rows)
    written = await connection.execute(
        update(table)
        .where(table.c.id == given.c.id, table.c.version < given.c.version)
        .values({name: given.c[name] for name in rows[0] if name != "id"})
    )
    if written.rowcount != len(rows):
        raise DomainError("version_conflict", "Somebody else changed it meanwhile; read it again.")


async def lock(connection: AsyncConnection, name: str) -> None:
    """Hold the lock of this name until the transaction ends: for rules over several rows."""
    await connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))
