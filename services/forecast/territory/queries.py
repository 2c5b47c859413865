"""Which territories there are, and which accounts they name."""

from uuid import UUID

from sqlalchemy import Subquery, func, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.territory.domain import KnownTerritory
from services.forecast.territory.tables import known_territory

MOST = 10_000
_T = known_territory.c


async def territories(connection: AsyncConnection) -> dict[UUID, KnownTerritory]:
    """All that were ever active, by id."""
    query = select(_T.territory_id, _T.name, _T.parent_id, _T.active).order_by(_T.territory_id).limit(MOST)
    return {row[0]: KnownTerritory(*row) for row in await connection.execute(query)}


async def territory_exists(connection: AsyncConnection, territory_id: UUID) -> bool:
    """Whether it is active now."""
    found = await connection.scalar(select(_T.territory_id).where(_T.territory_id == territory_id, _T.active))
    return found is not None


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
