"""Trainings to and from their table."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.scoring.tables import scoring_training as table

_UNFINISHED = table.c.status.in_(("queued", "running"))
MOST_ATTEMPTS = 3


async def find(connection: AsyncConnection, training_id: UUID) -> dict[str, Any] | None:
    """The training."""
    row = (await connection.execute(select(table).where(table.c.id == training_id))).mappings().first()
    return None if row is None else dict(row)


async def find_unfinished(connection: AsyncConnection) -> dict[str, Any] | None:
    """The one training that is queued or running."""
    row = (await connection.execute(select(table).where(_UNFINISHED).limit(1))).mappings().first()
    return None if row is None else dict(row)


async def find_done_on(connection: AsyncConnection, fingerprint: str) -> dict[str, Any] | None:
    """The newest training, if it has learned from exactly this."""
    query = select(table).where(table.c.status == "done").order_by(table.c.finished_at.desc()).limit(1)
    row = (await connection.execute(query)).mappings().first()
    return dict(row) if row is not None and row["fingerprint"] == fingerprint else None


async def queue(connection: AsyncConnection, training_id: UUID, by: str | None, now: datetime) -> bool:
    """Queue a training; False when there is one unfinished already."""
    new = insert(table).values(id=training_id, status="queued", requested_at=now, requested_by=by)
    done = await connection.execute(new.on_conflict_do_nothing())
    return bool(done.rowcount)


async def claim(connection: AsyncConnection, now: datetime) -> dict[str, Any] | None:
    """The training to run now. Only one process runs them: one that is running was left by another."""
    claimed = (
        update(table)
        .where(_UNFINISHED)
        .values(status="running", started_at=now, attempts=table.c.attempts + 1)
        .returning(*table.c)
    )
    row = (await connection.execute(claimed)).mappings().first()
    return None if row is None else dict(row)


async def finish(connection: AsyncConnection, training_id: UUID, values: Mapping[str, Any]) -> None:
    """What came of it."""
    await connection.execute(update(table).where(table.c.id == training_id).values(**values))
