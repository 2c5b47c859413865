"""Who is in which team."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Subquery, func, select, union_all
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


def team_groups(team_id: UUID | None) -> Subquery:
    """The group of each member: its team; below a given team, that team's child whose subtree holds it."""
    if team_id is None:
        return select(_MEMBER.id.label("member_id"), _MEMBER.team_id.label("group_id")).subquery("grouped")
    child = select(_TEAM.id, _TEAM.id.label("group_id")).where(_TEAM.parent_id == team_id)
    tree = child.cte("tree", recursive=True)
    tree = tree.union(select(_TEAM.id, tree.c.group_id).join(tree, _TEAM.parent_id == tree.c.id))
    below = select(_MEMBER.id.label("member_id"), tree.c.group_id).join(tree, _MEMBER.team_id == tree.c.id)
    itself = select(_MEMBER.id, _MEMBER.team_id).where(_MEMBER.team_id == team_id)
    return union_all(below, itself).subquery("grouped")
