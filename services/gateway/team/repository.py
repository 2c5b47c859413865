"""Load and save teams."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.team.domain import Team, TeamError
from services.gateway.team.tables import team
from services.gateway.versioned import insert_all, update_all

Key = tuple[str, str]


async def get(connection: AsyncConnection, team_id: UUID) -> Team:
    """The team, locked for change. Refuses with `team_not_found`."""
    rows = await connection.execute(select(team).where(team.c.id == team_id).with_for_update())
    row = rows.mappings().one_or_none()
    if row is None:
        raise TeamError("team_not_found", "There is no such team.")
    return Team(**row)


async def by_key(connection: AsyncConnection, keys: Iterable[Key]) -> dict[Key, Team]:
    """Teams by (source_system, external_id), locked for change."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    rows = await connection.execute(
        select(team)
        .where(tuple_(team.c.source_system, team.c.external_id).in_(wanted))
        .order_by(team.c.id)
        .with_for_update()
    )
    return {(row["source_system"], row["external_id"]): Team(**row) for row in rows.mappings()}


async def add(connection: AsyncConnection, teams: Sequence[Team]) -> None:
    """Write new teams."""
    await insert_all(connection, team, [asdict(each) for each in teams])


async def save(connection: AsyncConnection, teams: Sequence[Team]) -> None:
    """Write the next versions."""
    await update_all(connection, team, [asdict(each) for each in teams])
