"""Reads of the tree."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.team.domain import TeamError
from services.gateway.team.tables import team
from shared.web.listing import Field, Listing

TEAMS = Listing(
    name="teams",
    table=team,
    fields={
        "id": Field(team.c.id, "uuid", sortable=True),
        "name": Field(team.c.name, "text", sortable=True),
        "parent_id": Field(team.c.parent_id, "uuid"),
        "manager_id": Field(team.c.manager_id, "uuid"),
        "active": Field(team.c.active, "bool"),
        "source_system": Field(team.c.source_system, "text"),
        "external_id": Field(team.c.external_id, "text"),
        "version": Field(team.c.version, "int"),
        "created_at": Field(team.c.created_at, "datetime", sortable=True),
        "updated_at": Field(team.c.updated_at, "datetime", sortable=True),
    },
    default_sort="name",
    text=(team.c.name,),
)


async def find_team(connection: AsyncConnection, team_id: UUID) -> dict[str, Any]:
    """One team. Refuses `team_not_found`."""
    columns = [column for column in team.c if column.name != "field_versions"]
    row = (await connection.execute(select(*columns).where(team.c.id == team_id))).mappings().one_or_none()
    if row is None:
        raise TeamError("team_not_found", "There is no such team.")
    return dict(row)


async def active_by_id(connection: AsyncConnection, ids: Iterable[UUID]) -> dict[UUID, bool]:
    """Whether teams are active; those that do not exist are not there."""
    wanted = list(set(ids))
    if not wanted:
        return {}
    rows = await connection.execute(select(team.c.id, team.c.active).where(team.c.id.in_(wanted)))
    return {row.id: row.active for row in rows}


async def ancestors(connection: AsyncConnection, team_id: UUID) -> frozenset[UUID]:
    """The team and every team above it."""
    tree = select(team.c.id, team.c.parent_id).where(team.c.id == team_id).cte("above", recursive=True)
    tree = tree.union(select(team.c.id, team.c.parent_id).join(tree, team.c.id == tree.c.parent_id))
    return frozenset((await connection.scalars(select(tree.c.id))).all())


async def subtree_led_by(
    connection: AsyncConnection, member_id: UUID, team_id: UUID | None
) -> tuple[UUID, ...]:
    """The teams a manager answers for: his own, those he is named manager of, and all below, sorted."""
    root = select(team.c.id).where(or_(team.c.id == team_id, team.c.manager_id == member_id))
    tree = root.cte("below", recursive=True)
    tree = tree.union(select(team.c.id).join(tree, team.c.parent_id == tree.c.id))
    return tuple((await connection.scalars(select(tree.c.id).order_by(tree.c.id))).all())


async def children_of(connection: AsyncConnection, team_id: UUID) -> int:
    """How many active teams lie directly below."""
    rows = await connection.scalars(select(team.c.id).where(team.c.parent_id == team_id, team.c.active))
    return len(rows.all())


async def whole_tree(connection: AsyncConnection) -> list[dict[str, Any]]:
    """All active teams, by name; at most 5,000."""
    columns = (team.c.id, team.c.name, team.c.parent_id, team.c.manager_id)
    rows = await connection.execute(select(*columns).where(team.c.active).order_by(team.c.name).limit(5000))
    return [dict(row) for row in rows.mappings()]


async def named(connection: AsyncConnection, ids: Iterable[UUID]) -> list[dict[str, Any]]:
    """Id and name of teams, by name."""
    wanted = list(set(ids))
    if not wanted:
        return []
    rows = await connection.execute(
        select(team.c.id, team.c.name).where(team.c.id.in_(wanted)).order_by(team.c.name)
    )
    return [dict(row) for row in rows.mappings()]
