"""The migrations make exactly the tables the code uses, and can be undone."""

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, inspect

from services.leads.schema import metadata
from shared.persistence.database import Database
from shared.persistence.migrate import migrations_folder
from tests.leads.integration.world import World
from tests.support.stack import Postgres


@pytest.mark.filterwarnings("ignore:.*operator clause")
async def test_the_migrated_database_has_the_tables_the_code_uses(world: World) -> None:
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection,
            opts={
                "include_object": lambda _object, name, kind, reflected, _to: (
                    not (kind == "table" and reflected and name.startswith("outbox_"))
                )
            },
        )
        return list(compare_metadata(context, metadata))

    async with world.database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_the_migrations_can_be_undone(postgres: Postgres, migrated: str) -> None:
    database = Database(postgres.create_database("undone", template=migrated), name="test", pool_size=1)

    def down(connection: Connection) -> list[str]:
        config = Config()
        config.set_main_option("script_location", str(migrations_folder("leads")))
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        return inspect(connection).get_table_names()

    async with database.engine.connect() as connection:
        left = await connection.run_sync(down)
    await database.close()

    assert left == ["alembic_version"]
