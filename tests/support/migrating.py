"""What a migration does to a database that already holds something."""

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from shared.persistence.database import Database
from shared.persistence.migrate import migrations_folder


async def upgraded_anew(database: Database, service: str, migration: str) -> None:
    """The database is taken back to before the migration of this name, and brought up again."""
    folder = migrations_folder(service)
    history = ScriptDirectory(str(folder)).walk_revisions()
    (made,) = [each for each in history if each.path.endswith(f"_{migration}.py")]

    def there_and_back(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(folder))
        config.attributes["connection"] = connection
        command.downgrade(config, str(made.down_revision))
        command.upgrade(config, "head")

    async with database.engine.connect() as connection:
        await connection.run_sync(there_and_back)
