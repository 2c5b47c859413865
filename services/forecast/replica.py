"""Rows of which only the newest version is kept. What every ledger and replica here is written with.

Must never break: fed 2, 3, 2, 1 a row ends at 3, whatever the batches.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.persistence.bulk import insert_rows

Row = Mapping[str, Any]


async def keep_newest(connection: AsyncConnection, table: Table, rows: Sequence[Row]) -> None:
    """Write the row with the highest `sequence` of each key, in one statement; older ones change nothing."""
    (key,) = table.primary_key.columns.keys()
    new = insert_rows(table, newest(key, rows))
    await connection.execute(
        new.on_conflict_do_update(
            index_elements=[key],
            set_={name: new.excluded[name] for name in rows[0] if name != key},
            where=table.c.sequence < new.excluded.sequence,
        )
    )


def newest(key: str, rows: Sequence[Row]) -> list[Row]:
    """The row with the highest sequence of each key, in key order: two writers lock in the same order."""
    best: dict[Any, Row] = {}
    for row in rows:
        if row[key] not in best or best[row[key]]["sequence"] < row["sequence"]:
            best[row[key]] = row
    return [best[each] for each in sorted(best)]
