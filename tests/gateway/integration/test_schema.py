"""The migrations make exactly the declared tables."""

from collections.abc import Callable
from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from services.gateway.schema import metadata
from shared.persistence.alembic_env import _is_ours
from shared.persistence.database import Database


def _differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"include_object": _is_ours, "compare_type": True})
    return list(compare_metadata(context, metadata))


async def test_the_migrated_database_is_what_the_code_declares(new_database: Callable[[], str]) -> None:
    database = Database(new_database(), name="test", pool_size=1)
    async with database.engine.connect() as connection:
        found = await connection.run_sync(_differences)
    await database.close()

    assert found == []
