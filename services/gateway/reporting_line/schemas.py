"""What the tree looks like in the API."""

from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class MemberInTree(BaseModel):
    """A member of a team."""

    id: UUID
    name: str
    role: str


class TeamInTree(BaseModel):
    """A team with its members and the teams below it."""

    id: UUID
    name: str
    manager_id: UUID | None
    members: list[MemberInTree]
    teams: list["TeamInTree"]


class Tree(BaseModel):
    """The root teams; members without a team are in none."""

    items: list[TeamInTree]


class MembersMoved(BaseModel):
    """Which members are in the team now that were not before."""

    team_id: UUID
    moved: list[UUID]


class MembersIn(BaseModel):
    """1 to 1,000 members who shall be in the team."""

    model_config = ConfigDict(extra="forbid")

    member_ids: Annotated[list[UUID], Field(min_length=1, max_length=1000)]
