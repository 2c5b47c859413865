"""What was looked at, and what is to be looked at."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.gap_rule.domain import CHECK
from services.forecast.gap_watch.domain import Watched
from services.forecast.gap_watch.tables import gap_check
from services.forecast.tables import AGENDA
from shared.agenda.domain import Due
from shared.agenda.planning import plan_work

_W = gap_check.c


async def keep(connection: AsyncConnection, watched: Watched) -> None:
    """As it is now."""
    values: dict[str, Any] = {name: getattr(watched, name) for name in Watched.__dataclass_fields__}
    new = insert(gap_check).values(values)
    await connection.execute(
        new.on_conflict_do_update(index_elements=["node"], set_={name: new.excluded[name] for name in values})
    )


async def watched(connection: AsyncConnection) -> dict[UUID, Watched]:
    """Every node that was ever looked at."""
    rows = await connection.execute(select(gap_check).limit(100_000))
    return {row["node"]: Watched(**row) for row in rows.mappings()}


async def plan_checks(connection: AsyncConnection, nodes: Sequence[UUID], at: datetime) -> None:
    """Look at these then. What is to be looked at sooner stays so: a steady stream of changes does not put
    the look off for ever."""
    planned = select(AGENDA.c.subject_id).where(
        AGENDA.c.kind == CHECK, AGENDA.c.due_at <= at, AGENDA.c.set_aside_at.is_(None)
    )
    sooner = set(await connection.scalars(planned.where(AGENDA.c.subject_id.in_(nodes)).limit(100_000)))
    await plan_work(connection, [Due(CHECK, node, at) for node in nodes if node not in sooner])
