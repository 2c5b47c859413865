"""Bring databases to the newest revision: `python -m shared.persistence.migrate leads pipeline …`.

Must never break: two runners at once do the work once, and a runner that finds nothing to do changes nothing.
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.persistence.database import Database

_ROOT = Path(__file__).resolve().parents[2]
_LONGEST_MS = 15 * 60 * 1000
_LOCK = 0x6D696772  # "migr"; advisory locks are per database


def migrations_folder(service: str) -> Path:
    """`services/<service>/migrations`."""
    return _ROOT / "services" / service / "migrations"


@lru_cache
def head_revision(service: str, *, folder: Path | None = None) -> str | None:
    """The newest revision in the source tree; None when there are no migrations."""
    return ScriptDirectory(str(folder or migrations_folder(service))).get_current_head()


async def current_revision(connection: AsyncConnection) -> str | None:
    """The revision the database is at; None before the first migration."""
    if await connection.scalar(text("SELECT to_regclass('alembic_version')")) is None:
        return None
    revision: str | None = await connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


async def is_current(service: str, connection: AsyncConnection) -> bool:
    """Whether the database is at the newest revision of the source tree (for /readyz)."""
    return await current_revision(connection) == head_revision(service)


async def upgrade(service: str, url: str, *, folder: Path | None = None) -> str:
    """Migrate one database to its head; says what was done. A second runner waits for the first."""
    started = time.monotonic()
    head = head_revision(service, folder=folder)
    database = Database(url, name=f"{service}-migrate", pool_size=1, statement_timeout_ms=_LONGEST_MS)
    try:
        async with database.engine.connect() as connection:
            before = await current_revision(connection)
            if before == head:
                return f"{service}: at {head}, nothing to do"
            await _upgrade_alone(connection, folder or migrations_folder(service))
            return f"{service}: {before or 'empty'} -> {head} in {time.monotonic() - started:.2f} s"
    finally:
        await database.close()


async def _upgrade_alone(connection: AsyncConnection, folder: Path) -> None:
    """Hold a session lock on the very connection that migrates; it goes when the connection goes."""
    await connection.execute(text("SET lock_timeout = '5min'"))
    await connection.execute(text(f"SELECT pg_advisory_lock({_LOCK})"))
    await connection.commit()
    try:
        await connection.run_sync(_run_alembic, folder)
    finally:
        await connection.rollback()
        await connection.execute(text(f"SELECT pg_advisory_unlock({_LOCK})"))
        await connection.commit()


def _run_alembic(connection: Connection, folder: Path) -> None:
    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def check(service: str, url: str) -> str | None:
    """None when the database is at the head, else one line saying where it is."""
    database = Database(url, name=f"{service}-migrate", pool_size=1)
    try:
        async with database.reading() as connection:
            current = await current_revision(connection)
    finally:
        await database.close()
    head = head_revision(service)
    return None if current == head else f"{service}: at {current or 'nothing'}, newest is {head}"


def _url(service: str) -> str:
    variable = f"{service.upper()}_DATABASE_URL"
    url = os.environ.get(variable)
    if not url:
        print(f"{variable} is not set", file=sys.stderr)
        raise SystemExit(2)
    return url


async def _main(services: Sequence[str], *, only_check: bool) -> int:
    urls = {service: _url(service) for service in services}
    if only_check:
        behind = [line for service, url in urls.items() if (line := await check(service, url))]
        print("\n".join(behind) or "all at head")
        return 1 if behind else 0
    for service, url in urls.items():
        print(await upgrade(service, url), flush=True)
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="shared.persistence.migrate", description=__doc__)
    parser.add_argument("services", nargs="+")
    parser.add_argument("--check", action="store_true", help="exit 1 when a database is not at its head")
    arguments = parser.parse_args()
    sys.exit(asyncio.run(_main(arguments.services, only_check=arguments.check)))
