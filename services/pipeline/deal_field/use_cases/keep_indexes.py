"""Indexes for fields by which deals are found fast: made and dropped while deals are written.

Must never break: what is there is what counts; an index whose making broke off is made anew.
"""

from datetime import datetime

import asyncpg

from services.pipeline.deal_field import repository
from services.pipeline.deal_field.domain import DealField
from services.pipeline.deal_field.expressions import index_of
from services.pipeline.deal_field.use_cases.know_fields import KEPT_FIELDS
from shared.observability.logging import logger
from shared.persistence.database import Database

_LONGEST_SECONDS = 6 * 60 * 60


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
    """On a connection of its own: it may take long, also for waiting for long transactions. Without its
    index a list is slower and nothing else, so what cannot be done now is tried again and stops no other
    timer."""
    connection = await database.dedicated()
    try:
        await connection.execute("SET statement_timeout = 0")
        await connection.execute("SET lock_timeout = 0")
        await connection.execute(statement, timeout=_LONGEST_SECONDS)
    except asyncpg.PostgresError as error:
        logger(__name__).error("index_not_kept", statement=statement, error=str(error))
    finally:
        await connection.close()
