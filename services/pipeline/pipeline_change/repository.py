"""Changes to and from their table."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.pipeline_change.domain import Job
from services.pipeline.pipeline_change.tables import pipeline_change
from shared.contracts.errors import DomainError

_C = pipeline_change.c
_FIELDS = tuple(Job.__dataclass_fields__)


async def add(connection: AsyncConnection, job: Job) -> None:
    """Write a new one."""
    values = {name: getattr(job, name) for name in _FIELDS}
    await connection.execute(insert(pipeline_change).values({**values, "stage_ids": list(job.stage_ids)}))


async def get(connection: AsyncConnection, job_id: UUID) -> Job:
    """Refuses with `pipeline_change_not_found`."""
    row = (await connection.execute(select(pipeline_change).where(_C.id == job_id))).mappings().first()
    if row is None:
        raise DomainError("pipeline_change_not_found", "There is no such change.")
    return Job(**{**row, "stage_ids": tuple(row["stage_ids"])})


async def next_running(connection: AsyncConnection) -> Job | None:
    """The one that runs longest, for this transaction alone; None when there is none, or others have it."""
    query = (
        select(pipeline_change)
        .where(_C.status == "running")
        .order_by(_C.started_at, _C.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    row = (await connection.execute(query)).mappings().first()
    return None if row is None else Job(**{**row, "stage_ids": tuple(row["stage_ids"])})


async def note_step(
    connection: AsyncConnection, job: Job, last_deal_id: UUID | None, count: int, *, now: datetime
) -> None:
    """How far it has come; without a last deal it is done."""
    finished = {"status": "done", "finished_at": now} if last_deal_id is None else {}
    await connection.execute(
        update(pipeline_change)
        .where(_C.id == job.id)
        .values(done=_C.done + count, last_deal_id=last_deal_id or _C.last_deal_id, **finished)
    )
