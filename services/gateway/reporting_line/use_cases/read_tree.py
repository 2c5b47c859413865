"""The whole tree in two queries."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.member.use_cases.read_members import in_tree
from services.gateway.team.use_cases.read_teams import whole_tree


async def read_tree(connection: AsyncConnection) -> list[dict[str, Any]]:
    """Root teams by name, each with `members` and `teams`. A team under a closed one is a root."""
    teams: dict[UUID, dict[str, Any]] = {
        team["id"]: {**team, "members": [], "teams": []} for team in await whole_tree(connection)
    }
    for member in await in_tree(connection):
        if member["team_id"] in teams:
            teams[member["team_id"]]["members"].append(member)
    roots: list[dict[str, Any]] = []
    for team in teams.values():
        parent = teams.get(team["parent_id"])
        (roots if parent is None else parent["teams"]).append(team)
    return roots
