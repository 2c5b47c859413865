"""Deals added up by where they went."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, Uuid, and_, func, literal, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.tables import ORGANISATION
from services.forecast.waterfall.domain import Flow, GroupBy, Journey, Situation
from services.forecast.waterfall.queries.pairs import Compared, side_by_side, unseen

_S = Situation


async def flows(connection: AsyncConnection, compared: Compared) -> list[Flow]:
    """How many deals went from where to where, with which amounts."""
    found = await connection.execute(_added_up(side_by_side(compared).subquery("pair"), by=()))
    return [_flow(row) for row in found.mappings()]


async def journeys(connection: AsyncConnection, compared: Compared, group_by: GroupBy) -> list[Journey]:
    """The same, by the group they were in and the one they are in. Teams are those of now: the owner's, or
    the one right below the chosen team."""
    pair = side_by_side(compared).subquery("pair")
    key = "product_id" if group_by == "product" else "owner_id"
    by = [pair.c[f"{key}_{side}"].label(f"key_{side}") for side in ("before", "after")]
    found = (await connection.execute(_added_up(pair, by=by))).mappings().all()
    grouped = await _teams_of_members(connection, compared) if group_by == "team" else None

    def group(key: UUID | None) -> UUID | None:
        return key if grouped is None or key is None else grouped.get(key)

    return [Journey(group(row["key_before"]), group(row["key_after"]), _flow(row)) for row in found]


async def team_names(connection: AsyncConnection, team_ids: Iterable[UUID]) -> dict[UUID, str]:
    """What teams are called."""
    team = ORGANISATION.team.c
    rows = await connection.execute(select(team.id, team.name).where(team.id.in_(list(team_ids))))
    return {row.id: row.name for row in rows}


async def _teams_of_members(connection: AsyncConnection, compared: Compared) -> Mapping[UUID, UUID | None]:
    rows = await connection.execute(_groups_of_members(compared.selection.team_id))
    return {row.member_id: row.key for row in rows}


def _groups_of_members(team_id: UUID | None) -> Select[Any]:
    member, team = ORGANISATION.member.c, ORGANISATION.team.c
    if team_id is None:
        return select(member.id.label("member_id"), member.team_id.label("key"))
    tree = (
        select(team.id, team.id.label("child")).where(team.parent_id == team_id).cte("below", recursive=True)
    )
    tree = tree.union(select(team.id, tree.c.child).join(tree, team.parent_id == tree.c.id))
    key = func.coalesce(tree.c.child, literal(team_id, Uuid)).label("key")
    return select(member.id.label("member_id"), key).outerjoin(tree, tree.c.id == member.team_id)


def _added_up(pair: Subquery, by: Sequence[ColumnElement[Any]]) -> Select[Any]:
    came, went = (func.coalesce(pair.c[f"amount_{side}"], 0) for side in ("before", "after"))
    unknown = {
        side: and_(~unseen(pair.c[side]), pair.c[f"amount_{side}"].is_(None)) for side in ("before", "after")
    }
    return select(
        *by,
        pair.c.before,
        pair.c.after,
        func.count().label("deals"),
        func.sum(came).label("amount_before"),
        func.sum(went).label("amount_after"),
        func.sum(func.greatest(went - came, 0)).label("grown"),
        func.sum(func.greatest(came - went, 0)).label("shrunk"),
        func.count().filter(went > came).label("deals_grown"),
        func.count().filter(went < came).label("deals_shrunk"),
        func.count().filter(or_(*unknown.values())).label("without_amount"),
        *(func.count().filter(which).label(f"unknown_{side}") for side, which in unknown.items()),
    ).group_by(*by, pair.c.before, pair.c.after)


def _flow(row: Any) -> Flow:
    names = [name for name in Flow.__slots__ if name not in ("before", "after")]
    return Flow(_S(row["before"]), _S(row["after"]), **{name: row[name] for name in names})
