"""The tree as it is known here, and which nodes a caller may see, as SQL."""

from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, and_, any_, false, literal, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.node.domain import Member, Team, Tree
from services.forecast.tables import ORGANISATION
from shared.contracts.identity import Identity
from shared.organisation.scope import owner_scope

_MOST_TEAMS, _MOST_MEMBERS = 20_000, 100_000


async def load_tree(connection: AsyncConnection) -> Tree:
    """Every team and member, closed and gone ones too: their deals still count."""
    team, member = ORGANISATION.team.c, ORGANISATION.member.c
    teams = await connection.execute(
        select(team.id, team.name, team.parent_id, team.active).limit(_MOST_TEAMS)
    )
    members = await connection.execute(
        select(member.id, member.team_id, member.role, member.active).limit(_MOST_MEMBERS)
    )
    return Tree({row.id: Team(*row) for row in teams}, {row.id: Member(*row) for row in members})


def visible(
    identity: Identity, *, team_id: ColumnElement[UUID | None], owner_id: ColumnElement[UUID | None]
) -> ColumnElement[bool]:
    """Of a member: as the member's records. Of a team: to those who answer for it. Of all: to who sees
    all."""
    if identity.scope == "all":
        return true()
    if identity.scope not in ("own", "subtree"):
        return false()
    members = and_(owner_id.is_not(None), owner_scope(ORGANISATION, identity, owner_id))
    teams = literal(list(identity.team_ids if identity.scope == "subtree" else ()), ARRAY(Uuid()))
    return or_(members, team_id == any_(teams))
