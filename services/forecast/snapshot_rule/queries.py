"""The rules as they are."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.snapshot_rule.domain import Rules
from services.forecast.snapshot_rule.tables import snapshot_rule


async def load_rules(connection: AsyncConnection) -> Rules:
    """The usual ones until somebody sets some."""
    row = (await connection.execute(select(snapshot_rule))).one_or_none()
    return Rules() if row is None else Rules(*(getattr(row, name) for name in Rules.__slots__))
