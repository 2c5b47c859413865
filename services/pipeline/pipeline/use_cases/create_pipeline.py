"""A pipeline comes into use."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.pipeline import repository
from services.pipeline.pipeline.domain import Pipeline, checked
from services.pipeline.pipeline.use_cases.know_gate_fields import know_gate_fields


async def create_pipeline(connection: AsyncConnection, pipeline: Pipeline, *, now: datetime) -> None:
    """Write it; if it is the default one, the earlier default is none any more. Refuses equal stage
    names and gates that ask for own fields there are not."""
    await know_gate_fields(connection, pipeline)
    await repository.add(connection, checked(pipeline), now=now)
