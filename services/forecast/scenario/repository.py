"""Load and save scenarios; every change checks the version it was made from and keeps what it said."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.scenario.rows import row_of, shown, visible
from services.forecast.scenario.schemas import ScenarioOut
from services.forecast.scenario.tables import scenario, scenario_version
from shared.contracts.errors import DomainError
from shared.contracts.identity import Identity

_S, _V = scenario.c, scenario_version.c


async def get(
    connection: AsyncConnection, scenario_id: UUID, caller: Identity, *, lock: bool = False
) -> ScenarioOut:
    """One the caller may see, locked if asked. Refuses with `scenario_not_found`."""
    query = select(scenario).where(_S.id == scenario_id, visible(caller))
    row = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    if row is None:
        raise DomainError("scenario_not_found", f"There is no scenario {scenario_id}.")
    return shown(row)


async def get_version(connection: AsyncConnection, standing: ScenarioOut, version: int) -> ScenarioOut:
    """As this version said it. Refuses with `scenario_not_found` one there never was."""
    query = select(scenario_version).where(_V.scenario_id == standing.id, _V.version == version)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        raise DomainError("scenario_not_found", f"There is no version {version} of this scenario.")
    return ScenarioOut.model_validate(
        standing.model_dump()
        | {
            "version": version,
            "name": row.name,
            "note": row.note,
            "assumptions": row.assumptions,
            "updated_at": row.said_at,
        }
    )


async def add(connection: AsyncConnection, new: ScenarioOut, *, said_by: str) -> None:
    """Write a new one."""
    await connection.execute(insert(scenario).values(row_of(new)))
    await _keep(connection, new, said_by)


async def save(connection: AsyncConnection, changed: ScenarioOut, *, said_by: str) -> None:
    """Write the next version of one that is locked."""
    await connection.execute(update(scenario).where(_S.id == changed.id).values(row_of(changed)))
    await _keep(connection, changed, said_by)


async def archive(connection: AsyncConnection, standing: ScenarioOut, **values: Any) -> None:
    """Put one away that is locked."""
    await connection.execute(update(scenario).where(_S.id == standing.id).values(values))


async def _keep(connection: AsyncConnection, said: ScenarioOut, said_by: str) -> None:
    row = row_of(said)
    kept = {name: row[name] for name in ("version", "name", "note", "assumptions")}
    values = {**kept, "scenario_id": said.id, "said_by": said_by, "said_at": said.updated_at}
    await connection.execute(insert(scenario_version).values(values))
