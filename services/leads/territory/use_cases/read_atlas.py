"""The territories for routing."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.territory import repository
from services.leads.territory.atlas import Atlas, atlas_of
from services.leads.territory.domain import Territory, TerritoryError


async def read_atlas(connection: AsyncConnection, now: datetime, number: int | None = None) -> Atlas | None:
    """The active version, or the one named, with who works what now; None when it is empty."""
    edition = number if number is not None else await repository.active_number(connection)
    territories = await repository.of_version(connection, edition)
    return atlas_of(territories, await repository.workers_at(connection, now)) if territories else None


async def check_version(connection: AsyncConnection, number: int) -> None:
    """Refuses with `territory_version_not_found`."""
    if await repository.find_version(connection, number) is None:
        raise TerritoryError("territory_version_not_found", "There is no such version.")


async def territories_with_workers(
    connection: AsyncConnection, now: datetime
) -> tuple[list[Territory], dict[UUID, tuple[UUID, ...]]]:
    """The territories of the active version, and who works which now."""
    territories = await repository.of_version(connection, await repository.active_number(connection))
    return territories, await repository.workers_at(connection, now)
