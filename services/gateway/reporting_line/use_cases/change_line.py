"""Change a team where that concerns its members: its manager must be one, a closed team has none."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.member.use_cases.read_members import active_in_team, existing
from services.gateway.team.domain import Team, TeamError, require_manager
from services.gateway.team.use_cases.change_team import change_team
from services.gateway.team.use_cases.read_teams import children_of
from services.gateway.versioned import lock
from shared.contracts.envelope import EventContext


async def change_line(
    connection: AsyncConnection,
    team_id: UUID,
    changes: Mapping[str, Any],
    *,
    seen_version: int,
    now: datetime,
    context: EventContext,
) -> Team:
    """The team after the change. Refuses what `change_team` refuses, and `team_not_empty`."""
    manager = changes.get("manager_id")
    if manager is not None:
        require_manager(manager, await existing(connection, [manager]))
    if changes.get("active") is False:
        await lock(connection, "members")
        await _require_empty(connection, team_id)
    return await change_team(
        connection, team_id, changes, seen_version=seen_version, now=now, context=context
    )


async def _require_empty(connection: AsyncConnection, team_id: UUID) -> None:
    members = await active_in_team(connection, team_id)
    teams = await children_of(connection, team_id)
    if members or teams:
        detail = f"The team has {members} active members and {teams} teams below it; move them first."
        raise TeamError("team_not_empty", detail)
