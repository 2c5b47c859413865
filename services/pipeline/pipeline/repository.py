"""Pipelines loaded and saved."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.pipeline.domain import Pipeline
from services.pipeline.pipeline.rows import COLUMNS, as_pipeline
from services.pipeline.pipeline.tables import pipeline, stage
from shared.contracts.errors import DomainError
from shared.persistence.bulk import insert_rows

_P = pipeline.c


async def get_row(connection: AsyncConnection, pipeline_id: UUID, *, lock: bool = False) -> RowMapping:
    """The row with its stages, locked if asked. Refuses with `pipeline_not_found`."""
    query = select(*COLUMNS).where(_P.id == pipeline_id)
    row = (await connection.execute(query.with_for_update(of=pipeline) if lock else query)).mappings().first()
    if row is None:
        raise DomainError("pipeline_not_found", "There is no such pipeline.")
    return row


async def get(connection: AsyncConnection, pipeline_id: UUID) -> Pipeline:
    """The pipeline, locked until the transaction ends. Refuses with `pipeline_not_found`."""
    return as_pipeline(await get_row(connection, pipeline_id, lock=True))


async def add(connection: AsyncConnection, new: Pipeline, *, now: datetime) -> None:
    """Write a new pipeline and its stages."""
    await _leave_one_default(connection, new, now)
    await connection.execute(
        insert(pipeline).values(id=new.id, created_at=now, updated_at=now, **_values(new))
    )
    rows = [
        {
            "id": each.id,
            "pipeline_id": new.id,
            "position": each.position,
            "name": each.name,
            "probability": each.probability,
            "forecast_category": each.forecast_category,
            "target_days": each.target_days,
            "supervisor_id": each.supervisor_id,
        }
        for each in new.stages
    ]
    await connection.execute(insert_rows(stage, rows))


async def save(connection: AsyncConnection, after: Pipeline, *, now: datetime) -> None:
    """Write the next version of a locked pipeline."""
    await _leave_one_default(connection, after, now)
    await connection.execute(
        update(pipeline).where(_P.id == after.id).values(updated_at=now, **_values(after))
    )


async def _leave_one_default(connection: AsyncConnection, chosen: Pipeline, now: datetime) -> None:
    if chosen.is_default:
        await connection.execute(
            update(pipeline)
            .where(_P.is_default, _P.id != chosen.id)
            .values(is_default=False, version=_P.version + 1, updated_at=now)
        )


def _values(each: Pipeline) -> dict[str, Any]:
    return {
        "name": each.name,
        "checklist": list(each.checklist),
        "active": each.active,
        "is_default": each.is_default,
        "version": each.version,
        "field_versions": dict(each.field_versions),
    }
