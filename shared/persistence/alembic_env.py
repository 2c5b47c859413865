"""What every service's `migrations/env.py` calls: `alembic_env.run(metadata)`.

Must never break: a migration waits at most 5 s for a lock, so that it never queues a whole service behind it.
"""

import asyncio
import os
import re
from pathlib import Path
from typing import Any

from alembic import context
from sqlalchemy import Connection, MetaData, text

from shared.persistence.database import Database

LOCK_TIMEOUT = "5s"
_PARTITION = re.compile(r"_(\d{4}_\d{2}|default)$")


def run(metadata: MetaData) -> None:
    """Run on the connection `migrate` gave; under the `alembic` command, on `<SERVICE>_DATABASE_URL`."""
    if context.is_offline_mode():
        raise SystemExit("offline SQL is not supported: migrations read the database they change")
    given: Connection | None = context.config.attributes.get("connection")
    if given is not None:
        _migrate(given, metadata)
    else:
        folder = Path(context.config.get_main_option("script_location") or ".").resolve()
        asyncio.run(_connect_and_migrate(folder.parent.name, metadata))


async def _connect_and_migrate(service: str, metadata: MetaData) -> None:
    database = Database(os.environ[f"{service.upper()}_DATABASE_URL"], name=f"{service}-migrate", pool_size=1)
    try:
        async with database.engine.connect() as connection:
            await connection.run_sync(_migrate, metadata)
    finally:
        await database.close()


def _migrate(connection: Connection, metadata: MetaData) -> None:
    connection.execute(text(f"SET lock_timeout = '{LOCK_TIMEOUT}'"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=metadata,
        transaction_per_migration=True,
        compare_server_default=False,
        include_object=_is_ours,
    )
    with context.begin_transaction():
        context.run_migrations()


def _is_ours(_object: Any, name: str | None, kind: str, reflected: bool, _to: Any) -> bool:
    """Partitions are made by a timer, not by autogenerate."""
    return not (kind == "table" and reflected and name is not None and _PARTITION.search(name))
