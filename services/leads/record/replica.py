"""Rows of another service's records, kept by its events."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.persistence.bulk import insert_rows


async def keep_newest(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Upsert the rows by `id`, the newest `sequence` of each, with one statement. Fed late or twice, a row
    still ends at its newest version."""
    newest = {row["id"]: row for row in sorted(rows, key=lambda row: int(row["sequence"]))}
    in_order = [newest[record_id] for record_id in sorted(newest)]
    new = insert_rows(table, in_order)
    await connection.execute(
        new.on_conflict_do_update(
            index_elements=["id"],
            set_={name: new.excluded[name] for name in in_order[0] if name != "id"},
            where=table.c.sequence < new.excluded.sequence,
        )
    )
