"""Rename a team, move it in the tree, give it another manager."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.tables import OUTBOX
from services.gateway.team import queries, repository
from services.gateway.team.domain import Team, refuse_cycle, require_active
from services.gateway.versioned import lock
from shared.contracts.envelope import EventContext, wrap


async def change_team(
    connection: AsyncConnection,
    team_id: UUID,
    changes: Mapping[str, Any],
    *,
    seen_version: int,
    now: datetime,
    context: EventContext,
) -> Team:
    """The team after the change. Refuses `team_not_found`, `version_conflict`, `team_cycle`,
    `reference_unknown`, `team_closed`."""
    await lock(connection, "team tree")
    team = await repository.get(connection, team_id)
    edited, event = team.edited(changes, seen_version=seen_version, now=now)
    if event is None:
        return team
    parent = edited.parent_id
    if "parent_id" in event.changed and parent is not None:
        active = await queries.active_by_id(connection, [parent])
        require_active("/parent_id", active.get(parent))
        refuse_cycle(team_id, await queries.ancestors(connection, parent))
    await repository.save(connection, [edited])
    envelope = wrap(event, subject=team_id, sequence=edited.version, time=now, context=context)
    await OUTBOX.add(connection, [envelope])
    return edited
