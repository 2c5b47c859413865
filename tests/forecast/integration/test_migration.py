"""The migrated database is what the code expects."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from services.forecast.schema import metadata
from tests.forecast.integration.world import World


async def test_the_migrations_make_exactly_the_tables_that_the_code_declares(world: World) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection, opts={"include_object": lambda _o, name, kind, *_: not _partition(kind, name)}
        )
        return list(compare_metadata(context, metadata))

    async with world.database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


def _partition(kind: str, name: str | None) -> bool:
    return kind == "table" and (name or "").startswith(("outbox_", "alembic_"))
