"""The leak of a stage and a part of its deals as the newest night saw it."""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.leak.domain.counts import Cut, Measure
from services.pipeline.leak_run import repository
from services.pipeline.leak_run.domain import Sighting, covering


async def find_sighting(
    connection: AsyncConnection, stage_id: UUID, measure: Measure, cut: Cut
) -> Sighting | None:
    """The one of just this part, else of the whole stage; None where the night saw none."""
    return covering(await repository.last_sightings(connection), stage_id, measure, cut)
