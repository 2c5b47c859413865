"""Which territories there are, and which accounts they name."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, Subquery, func, select, union_all
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.territory.domain import KnownTerritory
from services.forecast.territory.tables import known_territory

MOST = 10_000
_T = known_territory.c


async def territories(connection: AsyncConnection) -> dict[UUID, KnownTerritory]:
    """All that were ever active, by id."""
    columns = (_T.territory_id, _T.name, _T.parent_id, _T.active, _T.manager_id)
    query = select(*columns).order_by(_T.territory_id).limit(MOST)
    return {row[0]: KnownTerritory(*row) for row in await connection.execute(query)}


async def territory_exists(connection: AsyncConnection, territory_id: UUID) -> bool:
    """Whether it is active now."""
    found = await connection.scalar(select(_T.territory_id).where(_T.territory_id == territory_id, _T.active))
    return found is not None


async def decided_by_territories(
    connection: AsyncConnection, territory_ids: Sequence[UUID]
) -> dict[UUID, tuple[bool, int, frozenset[UUID]]]:
    """Whether it is active, how deep it lies and the accounts it names, of those of these that are known;
    whoever changes them waits."""
    rows = await connection.execute(
        select(_T.territory_id, _T.active, _T.depth, _T.account_ids)
        .where(_T.territory_id == func.any(list(territory_ids)))
        .order_by(_T.territory_id)
        .with_for_update()
    )
    return {row[0]: (row[1], row[2], frozenset(row[3])) for row in rows}


def named_accounts() -> Subquery:
    """`account_id` and the deepest active territory that names it; of several the one of the smallest id."""
    named = func.unnest(_T.account_ids).table_valued("id", name="named").render_derived()
    return (
        select(named.c.id.label("account_id"), _T.territory_id)
        .select_from(known_territory.join(named, _T.active))
        .ext(distinct_on(named.c.id))
        .order_by(named.c.id, _T.depth.desc(), _T.territory_id)
        .subquery("named_account")
    )


def territories_below(territory_id: UUID) -> Select[tuple[UUID]]:
    """The ids of a territory and every one below it, as a subquery."""
    tree = select(_T.territory_id).where(_T.territory_id == territory_id).cte("below", recursive=True)
    below = select(_T.territory_id).join(tree, _T.parent_id == tree.c.territory_id)
    return select(tree.union(below).c.territory_id)


def managed_by(member_id: UUID) -> Select[tuple[UUID]]:
    """The ids of the territories a member manages and every one below them, as a subquery."""
    tree = select(_T.territory_id).where(_T.manager_id == member_id).cte("managed", recursive=True)
    below = select(_T.territory_id).join(tree, _T.parent_id == tree.c.territory_id)
    return select(tree.union(below).c.territory_id)


def groups_below(territory_id: UUID | None) -> Subquery:
    """`group_id` by `territory_id`: each by itself; below a given one, that one's child it lies in or is, and
    itself."""
    if territory_id is None:
        return select(_T.territory_id, _T.territory_id.label("group_id")).subquery("grouped")
    tree = (
        select(_T.territory_id, _T.territory_id.label("group_id"))
        .where(_T.parent_id == territory_id)
        .cte("tree", recursive=True)
    )
    tree = tree.union(
        select(_T.territory_id, tree.c.group_id).join(tree, _T.parent_id == tree.c.territory_id)
    )
    itself = select(_T.territory_id, _T.territory_id).where(_T.territory_id == territory_id)
    return union_all(select(tree.c.territory_id, tree.c.group_id), itself).subquery("grouped")
