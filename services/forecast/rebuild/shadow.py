"""Tables of the same names in a schema of their own, which the same handlers fill, and how they take over."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, MetaData, Table, Uuid, bindparam, text
from sqlalchemy.ext.asyncio import AsyncConnection

from services.forecast.rebuild.ledgers import Ledger
from shared.messaging.handlers import Delivery, handle

BESIDE, BEFORE = "rebuilt", "before_rebuild"


@dataclass(frozen=True, slots=True)
class Differences:
    """Rows that only the live tables have, only the new ones, or both with other values. `subjects`: what
    they are about."""

    only_live: int = 0
    only_rebuilt: int = 0
    changed: int = 0
    subjects: frozenset[UUID] = frozenset()

    def __add__(self, other: "Differences") -> "Differences":
        return Differences(
            self.only_live + other.only_live,
            self.only_rebuilt + other.only_rebuilt,
            self.changed + other.changed,
            self.subjects | other.subjects,
        )


async def clear(connection: AsyncConnection) -> None:
    """Drop what this or an earlier run left."""
    for name in (BESIDE, BEFORE):
        await connection.execute(text(f"DROP SCHEMA IF EXISTS {name} CASCADE"))


async def make(connection: AsyncConnection, ledger: Ledger) -> None:
    """Empty tables with the columns, constraints and indexes that the code declares."""
    await clear(connection)
    await connection.execute(text(f"CREATE SCHEMA {BESIDE}"))
    beside = MetaData()
    for table in ledger.tables:
        table.to_metadata(beside, schema=BESIDE)
    await connection.run_sync(beside.create_all)


async def apply(connection: AsyncConnection, ledger: Ledger, deliveries: Sequence[Delivery]) -> None:
    """By the handlers of the worker, which find the new tables first and of all others the live ones."""
    await connection.execute(text(f"SET LOCAL search_path TO {BESIDE}, public"))
    await handle(connection, ledger.handlers, deliveries)


async def compare(
    connection: AsyncConnection, ledger: Ledger, among: Collection[UUID] | None = None
) -> Differences:
    """What readers would see change, of all or `among` these; also what only one side was told yet."""
    found = Differences()
    for table in ledger.tables:
        asked = text(_comparison(table)).bindparams(bindparam("among", type_=ARRAY(Uuid)))
        row = (await connection.execute(asked, {"among": None if among is None else list(among)})).one()
        found += Differences(row[0], row[1], row[2], frozenset(row.subjects or ()))
    return found


async def missing(connection: AsyncConnection, ledger: Ledger) -> int:
    """How many events the live tables were made of that the new ones have not seen."""
    return sum([await connection.scalar(text(_unseen(table))) or 0 for table in ledger.tables])


async def swap(connection: AsyncConnection, ledger: Ledger, *, differ: bool = True) -> None:
    """The new tables take the names of the live ones, in the caller's transaction. What else is made of them
    follows when they `differ`."""
    await connection.execute(text(f"CREATE SCHEMA {BEFORE}"))
    await lock(connection, ledger, "ACCESS EXCLUSIVE")
    for table in ledger.tables:
        await connection.execute(text(f"ALTER TABLE public.{table.name} SET SCHEMA {BEFORE}"))
        await connection.execute(text(f"ALTER TABLE {BESIDE}.{table.name} SET SCHEMA public"))
    if differ:
        await ledger.follow(connection)


async def lock(connection: AsyncConnection, ledger: Ledger, mode: str) -> None:
    """All live tables of it: EXCLUSIVE holds back writers, ACCESS EXCLUSIVE readers too."""
    names = ", ".join(f"public.{table.name}" for table in ledger.tables)
    await connection.execute(text(f"LOCK TABLE {names} IN {mode} MODE"))


async def settle(connection: AsyncConnection, ledger: Ledger) -> None:
    """Statistics, without which the first questions after the swap would be planned for empty tables. Outside
    of transactions."""
    for table in ledger.tables:
        await connection.execute(text(f"VACUUM (ANALYZE) {BESIDE}.{table.name}"))


def _comparison(table: Table) -> str:
    keys = list(table.primary_key.columns.keys())
    others = [name for name in table.columns.keys() if name not in keys]  # noqa: SIM118 - a collection of columns
    subject = keys[0]
    old, new = (", ".join(f"{side}.{name}" for name in others) for side in ("live", "new"))
    return f"""
        SELECT count(*) FILTER (WHERE new.{subject} IS NULL), count(*) FILTER (WHERE live.{subject} IS NULL),
            count(*) FILTER (WHERE live.{subject} = new.{subject}), array_agg(DISTINCT {subject}) AS subjects
        FROM public.{table.name} AS live FULL JOIN {BESIDE}.{table.name} AS new USING ({", ".join(keys)})
        WHERE ({old}) IS DISTINCT FROM ({new}) AND (:among IS NULL OR {subject} = ANY (:among))
    """


def _unseen(table: Table) -> str:
    """Of what has a row for each event each must be there; of what keeps the newest that one, or a newer."""
    keys = list(table.primary_key.columns.keys())
    same = "=" if "sequence" in keys else ">="
    return f"""
        SELECT count(*) FROM public.{table.name} AS live WHERE NOT EXISTS (
            SELECT FROM {BESIDE}.{table.name} AS new
            WHERE new.{keys[0]} = live.{keys[0]} AND new.sequence {same} live.sequence
        )
    """
