"""Pipelines loaded and saved. Every version that is written is kept as it stood."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.pipeline.domain import Pipeline, Stage
from services.pipeline.pipeline.rows import COLUMNS, as_pipeline, pipeline_row, stage_row
from services.pipeline.pipeline.schemas import version_body
from services.pipeline.pipeline.tables import pipeline, pipeline_version, stage
from shared.contracts.errors import DomainError
from shared.observability import context
from shared.persistence.bulk import insert_rows

_P = pipeline.c


async def get_row(connection: AsyncConnection, pipeline_id: UUID, *, lock: bool = False) -> RowMapping:
    """The row with its stages, locked if asked. Refuses with `pipeline_not_found`."""
    query = select(*COLUMNS).where(_P.id == pipeline_id)
    row = (await connection.execute(query.with_for_update(of=pipeline) if lock else query)).mappings().first()
    if row is None:
        raise DomainError("pipeline_not_found", "There is no such pipeline.")
    return row


async def get(connection: AsyncConnection, pipeline_id: UUID, *, lock: bool = True) -> Pipeline:
    """The pipeline, locked until the transaction ends. Refuses with `pipeline_not_found`."""
    return as_pipeline(await get_row(connection, pipeline_id, lock=lock))


async def add(connection: AsyncConnection, new: Pipeline, *, now: datetime) -> None:
    """Write a new pipeline and its stages."""
    await _leave_one_default(connection, new, now)
    await connection.execute(
        insert(pipeline).values(id=new.id, created_at=now, updated_at=now, **pipeline_row(new))
    )
    await _write_stages(connection, new.id, new.stages)
    await _keep(connection, new, now)


async def save(connection: AsyncConnection, after: Pipeline, *, now: datetime) -> None:
    """Write the next version of a locked pipeline and of its stages."""
    await _leave_one_default(connection, after, now)
    await connection.execute(
        update(pipeline).where(_P.id == after.id).values(updated_at=now, **pipeline_row(after))
    )
    await _write_stages(connection, after.id, (*after.stages, *after.removed))
    await _keep(connection, after, now)


async def _write_stages(connection: AsyncConnection, pipeline_id: UUID, stages: Sequence[Stage]) -> None:
    new = insert_rows(stage, [stage_row(each, pipeline_id) for each in stages])
    changed = {each.name: new.excluded[each.name] for each in stage.columns if each.name != "id"}
    await connection.execute(new.on_conflict_do_update(index_elements=["id"], set_=changed))


async def _keep(connection: AsyncConnection, each: Pipeline, now: datetime) -> None:
    await connection.execute(
        upsert(pipeline_version).values(
            pipeline_id=each.id,
            version=each.version,
            at=now,
            by=context.actor.get(),
            body=version_body(each),
        )
    )


async def _leave_one_default(connection: AsyncConnection, chosen: Pipeline, now: datetime) -> None:
    if not chosen.is_default:
        return
    query = select(*COLUMNS).where(_P.is_default, _P.id != chosen.id).with_for_update(of=pipeline)
    for row in (await connection.execute(query)).mappings().all():
        before = as_pipeline(row)
        version = before.version + 1
        versions = {**before.field_versions, "is_default": version}
        earlier = replace(before, is_default=False, version=version, field_versions=versions)
        await connection.execute(
            update(pipeline).where(_P.id == earlier.id).values(updated_at=now, **pipeline_row(earlier))
        )
        await _keep(connection, earlier, now)
