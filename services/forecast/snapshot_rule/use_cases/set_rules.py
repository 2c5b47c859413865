"""Set how long snapshots are kept."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.snapshot_rule import repository
from services.forecast.snapshot_rule.domain import Rules
from services.forecast.snapshot_rule.queries import load_rules
from shared.contracts.identity import Identity


async def set_rules(
    connection: AsyncConnection, daily_days: int, *, by: Identity, expected: int | None, now: datetime
) -> Rules:
    """They count from the next snapshot of a day on. Refuses with `version_conflict`."""
    before = await load_rules(connection)
    after = before.changed(daily_days, by=by.member_id, expected=expected, now=now)
    await repository.save(connection, after)
    return after
