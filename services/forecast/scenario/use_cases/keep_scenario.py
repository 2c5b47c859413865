"""Make, change and put away scenarios."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.scenario import repository
from services.forecast.scenario.schemas import ScenarioIn, ScenarioOut, ScenarioPatch
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id
from shared.web.merge import require_version


async def make_scenario(
    connection: AsyncConnection, said: ScenarioIn, *, by: Identity, now: datetime
) -> ScenarioOut:
    """A new one, of the caller."""
    new = ScenarioOut(
        id=new_id(),
        name=said.name,
        note=said.note,
        assumptions=said.assumptions,
        owner_id=by.member_id,
        version=1,
        created_at=now,
        updated_at=now,
    )
    await repository.add(connection, new, said_by=by.sub)
    return new


async def change_scenario(
    connection: AsyncConnection,
    scenario_id: UUID,
    patch: ScenarioPatch,
    *,
    by: Identity,
    seen_version: int,
    now: datetime,
) -> ScenarioOut:
    """The next version; the same again changes nothing. Refuses with `scenario_not_found` and
    `version_conflict`."""
    standing = await repository.get(connection, scenario_id, by, lock=True)
    require_version(standing.version, seen_version)
    changed = standing.model_copy(update=patch.changes())
    if changed == standing:
        return standing
    changed = changed.model_copy(update={"version": standing.version + 1, "updated_at": now})
    await repository.save(connection, changed, said_by=by.sub)
    return changed


async def put_away_scenario(
    connection: AsyncConnection,
    scenario_id: UUID,
    *,
    by: Identity,
    seen_version: int | None,
    now: datetime,
) -> None:
    """It is listed no more. Refuses with `scenario_not_found` and `version_conflict`."""
    standing = await repository.get(connection, scenario_id, by, lock=True)
    if seen_version is not None:
        require_version(standing.version, seen_version)
    await repository.archive(connection, standing, archived_at=now, version=standing.version + 1)
