"""Migrations against a real PostgreSQL: done once, skipped when done, guarded against a second runner."""

import asyncio
import sys
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared.persistence.database import Database
from shared.persistence.migrate import current_revision, upgrade
from tests.support.stack import Postgres
from tests.support.waiting import HANG_SECONDS

ENV = """
from sqlalchemy import MetaData
from shared.persistence import alembic_env

alembic_env.run(MetaData())
"""
REVISION = """
from alembic import op

revision = "{revision}"
down_revision = {previous!r}


def upgrade() -> None:
    op.execute("{sql}")
"""


# Ends when another runner waits for this one.
UNTIL_SOMEBODY_WAITS = (
    "DO $$ BEGIN "
    "WHILE NOT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted "
    "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())) "
    "LOOP PERFORM pg_sleep(0.02); END LOOP; END $$"
)


def a_history(folder: Path, *steps: str) -> Path:
    (folder / "versions").mkdir(parents=True)
    (folder / "env.py").write_text(ENV)
    previous = None
    for number, sql in enumerate(steps, start=1):
        revision = f"{number:04}"
        source = REVISION.format(revision=revision, previous=previous, sql=sql)
        (folder / "versions" / f"{revision}.py").write_text(source)
        previous = revision
    return folder


async def revision_of(url: str) -> str | None:
    database = Database(url, name="tests")
    try:
        async with database.reading() as connection:
            return await current_revision(connection)
    finally:
        await database.close()


async def test_an_empty_database_is_brought_to_the_head(postgres: Postgres, tmp_path: Path) -> None:
    url = postgres.create_database("migrate")
    folder = a_history(tmp_path / "m", "CREATE TABLE a (id int)", "ALTER TABLE a ADD b int")

    said = await upgrade("shop", url, folder=folder)

    assert said.startswith("shop: empty -> 0002")
    assert await revision_of(url) == "0002"


async def test_at_the_head_there_is_nothing_to_do(postgres: Postgres, tmp_path: Path) -> None:
    url = postgres.create_database("migrate")
    folder = a_history(tmp_path / "m", "CREATE TABLE a (id int)")
    await upgrade("shop", url, folder=folder)

    assert await upgrade("shop", url, folder=folder) == "shop: at 0001, nothing to do"


async def test_a_migration_that_fails_keeps_the_ones_before_it(postgres: Postgres, tmp_path: Path) -> None:
    url = postgres.create_database("migrate")
    folder = a_history(tmp_path / "m", "CREATE TABLE a (id int)", "ALTER TABLE nowhere ADD b int")

    with pytest.raises(DBAPIError, match="nowhere"):
        await upgrade("shop", url, folder=folder)

    assert await revision_of(url) == "0001"


async def test_a_migration_does_not_wait_long_for_a_lock(postgres: Postgres, tmp_path: Path) -> None:
    url = postgres.create_database("migrate")
    await upgrade("shop", url, folder=a_history(tmp_path / "one", "CREATE TABLE a (id int)"))
    folder = a_history(tmp_path / "two", "CREATE TABLE a (id int)", "ALTER TABLE a ADD b int")
    holder = Database(url, name="tests")

    async with holder.transaction() as connection:
        await connection.execute(text("LOCK TABLE a"))
        with pytest.raises(DBAPIError, match="lock timeout"):
            await upgrade("shop", url, folder=folder)

    await holder.close()
    assert await revision_of(url) == "0001"


async def test_two_runners_at_once_do_the_work_once(postgres: Postgres, tmp_path: Path) -> None:
    url = postgres.create_database("migrate")
    folder = a_history(tmp_path / "m", "CREATE TABLE a (id int)", UNTIL_SOMEBODY_WAITS)
    runner = (
        "import asyncio, sys, pathlib; from shared.persistence.migrate import upgrade; "
        "print(asyncio.run(upgrade('shop', sys.argv[1], folder=pathlib.Path(sys.argv[2]))))"
    )
    runners = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", runner, url, str(folder), stdout=asyncio.subprocess.PIPE
        )
        for _ in range(2)
    ]
    try:
        async with asyncio.timeout(HANG_SECONDS):
            said = [(await each.communicate())[0].decode() for each in runners]
    finally:
        for each in runners:
            if each.returncode is None:
                each.kill()

    assert [each.returncode for each in runners] == [0, 0], said
    assert await revision_of(url) == "0002"
