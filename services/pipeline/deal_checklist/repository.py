"""Ticks to and from their table."""

from collections.abc import Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import FromClause, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal_checklist.domain import Tick
from services.pipeline.deal_checklist.tables import deal_task
from shared.persistence.bulk import insert_rows

TASK_ROWS: FromClause = deal_task
"""For the reads of other capabilities: deal_id, task_id, done."""


async def ticks_of(connection: AsyncConnection, deal_id: UUID) -> dict[UUID, Tick]:
    """What has been done in a deal, by task."""
    query = select(deal_task).where(deal_task.c.deal_id == deal_id).limit(5000)
    rows = (await connection.execute(query)).mappings()
    return {row["task_id"]: Tick(**row) for row in rows}


async def set_ticks(connection: AsyncConnection, ticks: Sequence[Tick]) -> None:
    """Write them over what there was."""
    new = insert_rows(deal_task, [asdict(tick) for tick in ticks])
    changed = {name: new.excluded[name] for name in ("stage_id", "done", "result_came", "note", "by", "at")}
    await connection.execute(new.on_conflict_do_update(index_elements=["deal_id", "task_id"], set_=changed))
