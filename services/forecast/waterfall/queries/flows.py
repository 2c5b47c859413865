"""Deals added up by where they went."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Subquery, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.structure.queries import team_groups
from services.forecast.tables import ORGANISATION
from services.forecast.waterfall.domain import Flow, GroupBy, Journey, Situation
from services.forecast.waterfall.queries.pairs import Compared, side_by_side, unseen

_S = Situation


async def flows(connection: AsyncConnection, compared: Compared) -> list[Flow]:
    """How many deals went from where to where, with which amounts."""
    found = await connection.execute(_added_up(side_by_side(compared).subquery("pair"), by=()))
    return [_flow(row) for row in found.mappings()]


async def journeys(connection: AsyncConnection, compared: Compared, group_by: GroupBy) -> list[Journey]:
    """The same, by the group they were in and the one they are in. A team is the owner's of then, or the one
    right below the chosen team."""
    pair = side_by_side(compared).subquery("pair")
    key = "product_id" if group_by == "product" else "owner_id"
    by = [pair.c[f"{key}_{side}"].label(f"key_{side}") for side in ("before", "after")]
    found = (await connection.execute(_added_up(pair, by=by))).mappings().all()
    if group_by != "team":
        return [Journey(row["key_before"], row["key_after"], _flow(row)) for row in found]
    before, after = await _teams_of_members(connection, compared)
    return [Journey(before.get(row["key_before"]), after.get(row["key_after"]), _flow(row)) for row in found]


async def team_names(connection: AsyncConnection, team_ids: Iterable[UUID]) -> dict[UUID, str]:
    """What teams are called."""
    team = ORGANISATION.team.c
    rows = await connection.execute(select(team.id, team.name).where(team.id.in_(list(team_ids))))
    return {row.id: row.name for row in rows}


async def _teams_of_members(
    connection: AsyncConnection, compared: Compared
) -> tuple[Mapping[UUID, UUID | None], ...]:
    """At the first moment and at the second."""
    found = []
    for sight in (compared.before, compared.after):
        groups = team_groups(sight.structure, compared.selection.team_id)
        rows = await connection.execute(select(groups.c.member_id, groups.c.group_id))
        found.append({row.member_id: row.group_id for row in rows})
    return tuple(found)


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
