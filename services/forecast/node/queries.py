"""The trees as they are known here, and which nodes a caller may see, as SQL."""

from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Uuid, and_, any_, false, literal, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.node.division import Division, Part
from services.forecast.node.domain import Dimension, Hierarchy, Member, Node, Team, Tree
from services.forecast.product.queries import products
from services.forecast.tables import ORGANISATION
from services.forecast.territory.queries import managed_by, territories
from shared.contracts.identity import Identity
from shared.organisation.scope import owner_scope
from shared.organisation.tables import Structure

_MOST_TEAMS, _MOST_MEMBERS = 20_000, 100_000


async def load_tree(connection: AsyncConnection, structure: Structure = ORGANISATION) -> Tree:
    """Every team and member, closed and gone ones too: their deals still count. As they are, or were."""
    team, member = structure.team.c, structure.member.c
    teams = await connection.execute(
        select(team.id, team.name, team.parent_id, team.active).limit(_MOST_TEAMS)
    )
    members = await connection.execute(
        select(member.id, member.team_id, member.role, member.active).limit(_MOST_MEMBERS)
    )
    return Tree({row.id: Team(*row) for row in teams}, {row.id: Member(*row) for row in members})


async def load_hierarchy(
    connection: AsyncConnection, dimension: Dimension, structure: Structure = ORGANISATION
) -> Hierarchy:
    """The whole as it is divided by the teams of `structure`, by territories or products; those that are gone
    too."""
    if dimension == "team":
        return await load_tree(connection, structure)
    if dimension == "territory":
        return Division(dimension, await _territories(connection))
    return Division(dimension, await _products(connection))


async def _territories(connection: AsyncConnection) -> dict[Node, Part]:
    return {
        Node(territory_id=each.id): Part(
            each.name, Node(territory_id=each.parent_id), each.active, each.manager_id
        )
        for each in (await territories(connection)).values()
    }


async def _products(connection: AsyncConnection) -> dict[Node, Part]:
    """A family has the products that name it, and is there as long as one of them is."""
    found: dict[Node, Part] = {}
    for each in await products(connection):
        family = Node(product_family=each.family)
        found[Node(product_id=each.id)] = Part(each.name, family, each.active)
        if each.family is not None:
            active = each.active or (family in found and found[family].active)
            found[family] = Part(each.family, active=active)
    return found


def visible(
    identity: Identity,
    *,
    team_id: ColumnElement[UUID | None],
    owner_id: ColumnElement[UUID | None],
    territory_id: ColumnElement[UUID | None] | None = None,
) -> ColumnElement[bool]:
    """Of a member: as the member's records. Of a team: to those who answer for it. Of a territory: to its
    manager and those of the ones above. Of all, and of a product: to who sees all."""
    if identity.scope == "all":
        return true()
    if identity.scope not in ("own", "subtree"):
        return false()
    members = and_(owner_id.is_not(None), owner_scope(ORGANISATION, identity, owner_id))
    teams = literal(list(identity.team_ids if identity.scope == "subtree" else ()), ARRAY(Uuid()))
    seen = or_(members, team_id == any_(teams))
    if territory_id is None or identity.member_id is None:
        return seen
    return or_(seen, territory_id.in_(managed_by(identity.member_id)))
