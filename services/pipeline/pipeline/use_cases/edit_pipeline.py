"""A pipeline gets another name, is retired, or becomes the default one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.merging import merged
from services.pipeline.pipeline import repository


async def edit_pipeline(
    connection: AsyncConnection,
    pipeline_id: UUID,
    fields: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> None:
    """Refuses with `pipeline_not_found`, `version_conflict`, `state_conflict`."""
    pipeline = await repository.get(connection, pipeline_id)
    after = pipeline.edit(await merged(connection, pipeline, fields, seen_version=seen_version))
    if after is not pipeline:
        await repository.save(connection, after, now=now)
