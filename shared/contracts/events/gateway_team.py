"""Topic `gateway.team`: the tree of teams."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.event import Event


class TeamState(Event):
    """A team after the change. `parent_id` is null for a root."""

    team_id: UUID
    name: str
    created_at: datetime
    parent_id: UUID | None = None
    manager_id: UUID | None = None
    active: bool = True


class TeamCreated(TeamState):
    type: ClassVar[str] = "gateway.team.created"


class TeamChanged(TeamState):
    type: ClassVar[str] = "gateway.team.changed"


EVENTS = (TeamCreated, TeamChanged)
