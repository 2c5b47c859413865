"""Databases that are copies of one template, used by one test after the other.

Must never break: a test finds what the template holds, and nothing else. Emptying the tables a test has
filled is many times quicker than copying the hundreds of files of a database. A copy in which a test has
changed more than rows, or that cannot be emptied, is thrown away.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from io import BytesIO

import asyncpg

from tests.support.stack import Postgres
from tests.support.waiting import HANG_SECONDS

_SHAPE = """
    SELECT (SELECT (count(*), max(xmin::text::bigint)) FROM pg_attribute)::text
        || (SELECT (count(*), max(xmin::text::bigint)) FROM pg_constraint)::text
        || (SELECT (count(*), max(xmin::text::bigint)) FROM pg_trigger)::text
        || (SELECT (count(*), max(xmin::text::bigint)) FROM pg_proc)::text"""
_FILLED = """
    SELECT relname, pg_relation_size(oid) > 65536 FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND pg_relation_size(oid) > 0"""
_PLACES = """
    SELECT relname, pg_sequence_last_value(oid) FROM pg_class
    WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace"""
_SET_PLACE = """
    SELECT setval(seqrelid, coalesce($2::bigint, seqstart), $2::bigint IS NOT NULL)
    FROM pg_sequence WHERE seqrelid = to_regclass(quote_ident($1))"""
_END_OTHERS = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()"""


@dataclass(frozen=True, slots=True)
class Original:
    """What the template holds: its shape, the rows of its tables, and how far its sequences are."""

    shape: str
    rows: dict[str, bytes]
    places: dict[str, int | None]


class Copies:
    """Use through `copies_of`."""

    def __init__(self, postgres: Postgres, template: str) -> None:
        self._postgres, self._template = postgres, template
        self._original: Original | None = None
        self._spare: list[tuple[str, asyncpg.Connection]] = []

    @asynccontextmanager
    async def one(self) -> AsyncIterator[str]:
        """The URL of a copy that nobody else has."""
        url, connection = self._spare.pop() if self._spare else await self._new()
        yield url
        if await self._restored(connection):
            self._spare.append((url, connection))
        else:
            await connection.close()
            self._postgres.drop_database(url)

    async def close(self) -> None:
        for _, connection in self._spare:
            await connection.close()

    async def _new(self) -> tuple[str, asyncpg.Connection]:
        url = self._postgres.create_database("copy", template=self._template)
        connection = await asyncpg.connect(
            self._postgres.superuser_url(url), command_timeout=HANG_SECONDS, statement_cache_size=20
        )
        self._original = self._original or await _look_at(connection)
        return url, connection

    async def _restored(self, connection: asyncpg.Connection) -> bool:
        """Whether the copy is as the template again; false where a test has changed more than rows."""
        assert self._original is not None
        try:
            await connection.execute(_END_OTHERS)
            if await connection.fetchval(_SHAPE) != self._original.shape:
                return False
            async with connection.transaction():
                await _restore(connection, self._original)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
            return False
        return True


@asynccontextmanager
async def copies_of(postgres: Postgres, template: str) -> AsyncIterator[Copies]:
    """Copies of the database with this URL, to which nobody may be connected."""
    copies = Copies(postgres, template)
    try:
        yield copies
    finally:
        await copies.close()


async def _look_at(connection: asyncpg.Connection) -> Original:
    rows: dict[str, bytes] = {}
    for table, _ in await connection.fetch(_FILLED):
        held = BytesIO()
        await connection.copy_from_table(table, output=held, format="binary")
        rows[table] = held.getvalue()
    return Original(await connection.fetchval(_SHAPE), rows, dict(await connection.fetch(_PLACES)))


async def _restore(connection: asyncpg.Connection, original: Original) -> None:
    # No trigger and no foreign key stands in the way of rows that were there before.
    await connection.execute("SET LOCAL session_replication_role = replica")
    filled = await connection.fetch(_FILLED)
    await connection.execute(
        "; ".join(
            f'TRUNCATE "{table}" CASCADE' if large else f'DELETE FROM "{table}"' for table, large in filled
        )
    )
    for table, rows in original.rows.items():
        await connection.copy_to_table(table, source=BytesIO(rows), format="binary")
    for sequence, place in await connection.fetch(_PLACES):
        if place != original.places[sequence]:
            await connection.execute(_SET_PLACE, sequence, original.places[sequence])
