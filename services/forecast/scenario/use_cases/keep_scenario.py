"""Make, change and put away scenarios."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.scenario import repository
from services.forecast.scenario.schemas import ScenarioIn, ScenarioOut, ScenarioPatch
from services.forecast.scenario.use_cases.check_references import refuse_unknown
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id
from shared.web.merge import check_or_merge, require_version


async def make_scenario(
    connection: AsyncConnection, said: ScenarioIn, *, by: Identity, now: datetime
) -> ScenarioOut:
    """A new one, of the caller. Refuses with `reference_unknown`."""
    await refuse_unknown(connection, said.assumptions)
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
    """The next version; the same again changes nothing, edits of different fields merge. Refuses with
    `scenario_not_found`, `reference_unknown` and `version_conflict`."""
    standing = await repository.get(connection, scenario_id, by, lock=True)
    current, base = _said(standing), None
    changed_since: dict[str, int] = {}
    if 0 < seen_version < standing.version:
        base = _said(await repository.get_version(connection, standing, seen_version))
        changed_since = {name: standing.version for name in current if base[name] != current[name]}
    left = check_or_merge(
        patch.model_dump(mode="json", include=patch.model_fields_set),
        current=current,
        version=standing.version,
        field_versions=changed_since,
        seen_version=seen_version,
        base=base,
    )
    if not left:
        return standing
    if "assumptions" in left:
        await refuse_unknown(connection, patch.assumptions)
    changed = standing.model_copy(
        update={name: getattr(patch, name) for name in left}
        | {"version": standing.version + 1, "updated_at": now}
    )
    await repository.save(connection, changed, said_by=by.sub)
    return changed


def _said(one: ScenarioOut) -> dict[str, Any]:
    return one.model_dump(mode="json", include=set(ScenarioPatch.model_fields))


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
