"""Indexes for fields by which deals are found fast: made and dropped while deals are written.

Must never break: what is there is what counts; an index whose making broke off is made anew.
"""

from datetime import datetime

from sqlalchemy import text

from services.pipeline.deal_field import repository
from services.pipeline.deal_field.domain import DealField
from services.pipeline.deal_field.expressions import index_of
from services.pipeline.deal_field.use_cases.know_fields import KEPT_FIELDS
from shared.persistence.database import Database


def index_name(field: DealField) -> str:
    """Another type needs another index."""
    return f"ix_deal_custom_{field.type}_{field.id.hex}"


async def keep_indexes(database: Database, _: datetime) -> None:
    """One step: an index that is missing is made, one that is not wanted is dropped."""
    async with database.reading() as connection:
        own = await KEPT_FIELDS.fresh(connection)
        found = await repository.indexes(connection)
    wanted = {index_name(field): index_of(field) for field in own.fields.values() if field.indexed}
    statements = [
        f"DROP INDEX CONCURRENTLY IF EXISTS {name}"
        for name, usable in found.items()
        if name not in wanted or not usable
    ]
    statements += [
        f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON deal {definition}"
        for name, definition in wanted.items()
        if not found.get(name)
    ]
    for statement in statements:
        await _run(database, statement)


async def _run(database: Database, statement: str) -> None:
    """It may take long and wait for long transactions; nobody waits for it."""
    async with database.reading() as connection:
        await connection.execute(text("SET statement_timeout = 0"))
        await connection.execute(text("SET lock_timeout = 0"))
        try:
            await connection.execute(text(statement.replace(":", "\\:")))
        finally:
            await connection.execute(text("RESET statement_timeout"))
            await connection.execute(text("RESET lock_timeout"))
