"""What callers see of themselves, and what roles look like in the API."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.gateway.upstream.reading import Part
from shared.contracts.identity import Scope


class RoleOut(BaseModel):
    """`scope`: which records the role reaches. `permissions`: what it may do with them."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    meaning: str
    scope: Scope
    permissions: list[str]


class RolesOut(BaseModel):
    """All roles."""

    items: list[RoleOut]


class TeamOfMine(BaseModel):
    """A team of the caller."""

    id: UUID
    name: str


class MyScope(BaseModel):
    """What the caller sees. `records`: whose records (own, subtree of the teams, all, none, what a partner
    pushed); `teams` the caller answers for, `member_ids` who belongs to them; `territories` the caller
    manages, as their list answers; `partner_id` for partners. What does not narrow is empty."""

    role: str
    records: Scope
    member_id: UUID | None
    partner_id: UUID | None
    teams: list[TeamOfMine]
    member_ids: list[UUID]
    territories: Part
    sees: list[str]


class Me(BaseModel):
    """The caller. For members `teams` is the own team, for managers all they answer for."""

    id: UUID
    kind: Literal["member", "partner"]
    name: str
    email: str | None = None
    role: str
    roles: list[str]
    scope: Scope
    permissions: list[str]
    team_id: UUID | None = None
    teams: list[TeamOfMine]
    last_sign_in_at: datetime | None = None
    version: int
