"""Who is in which team."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.tables import ORGANISATION

_MEMBER, _TEAM = ORGANISATION.member.c, ORGANISATION.team.c


async def teams_of_members(connection: AsyncConnection) -> dict[UUID, UUID]:
    """The present team of each member that has one."""
    rows = await connection.execute(select(_MEMBER.id, _MEMBER.team_id).where(_MEMBER.team_id.is_not(None)))
    return {row[0]: row[1] for row in rows}


async def team_names(connection: AsyncConnection, team_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The name of each known team."""
    rows = await connection.execute(select(_TEAM.id, _TEAM.name).where(_TEAM.id == func.any(list(team_ids))))
    return {row[0]: row[1] for row in rows}
