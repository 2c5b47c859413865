"""Rules loaded and saved."""

from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.gap_rule.domain import GapRule, GapRuleError
from services.forecast.gap_rule.rows import as_rule, row_of
from services.forecast.gap_rule.tables import gap_rule

_R = gap_rule.c


async def of_team(connection: AsyncConnection, team_id: UUID | None, *, lock: bool = False) -> GapRule | None:
    """The team's own, or that of all; locked if asked."""
    query = select(gap_rule).where(_R.team_id.is_not_distinct_from(team_id))
    row = (await connection.execute(query.with_for_update() if lock else query)).mappings().one_or_none()
    return None if row is None else as_rule(row)


async def get(connection: AsyncConnection, rule_id: UUID) -> GapRule:
    """Locked. Refuses with `gap_rule_not_found`."""
    query = select(gap_rule).where(_R.id == rule_id).with_for_update()
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        raise GapRuleError("gap_rule_not_found", "There is no such rule.")
    return as_rule(row)


async def put(connection: AsyncConnection, rule: GapRule) -> None:
    """Write it. Two new ones for the same team at once become one."""
    values = row_of(rule)
    new = insert(gap_rule).values(values)
    kept = {name: new.excluded[name] for name in values if name not in ("id", "team_id", "created_at")}
    await connection.execute(new.on_conflict_do_update(index_elements=["team_id"], set_=kept))


async def remove(connection: AsyncConnection, rule_id: UUID) -> None:
    """It is gone."""
    await connection.execute(delete(gap_rule).where(_R.id == rule_id))
