"""Merges to and from their table."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.merge.domain import Merge
from services.leads.merge.tables import merge as table
from services.leads.record.domain import field_names

_FIELDS = field_names(Merge)


async def add(connection: AsyncConnection, merge: Merge) -> None:
    """Write a new merge."""
    await connection.execute(insert(table).values(_row(merge)))


async def find(connection: AsyncConnection, merge_id: UUID, *, lock: bool = False) -> Merge | None:
    """The merge, if there is one of this id."""
    query = select(*(table.c[name] for name in _FIELDS)).where(table.c.id == merge_id)
    row = (await connection.execute(query.with_for_update() if lock else query)).mappings().first()
    return None if row is None else Merge(**{**row, "loser_ids": tuple(row["loser_ids"])})


async def save(connection: AsyncConnection, merge: Merge) -> None:
    """Write the next version of a locked merge."""
    await connection.execute(update(table).where(table.c.id == merge.id).values(_row(merge)))


def _row(merge: Merge) -> dict[str, Any]:
    row = {name: getattr(merge, name) for name in _FIELDS}
    return {**row, "loser_ids": list(merge.loser_ids), "not_restored": list(merge.not_restored)}
