"""Monthly partitions of the outbox, made ahead of time.

Must never break: a row always finds a partition (the default one takes what no month takes), and making
a partition never blocks writers for longer than its empty default is scanned.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection


def partition_ddl(now: datetime, *, months_ahead: int) -> Iterator[str]:
    """Statements that make the month of `now` and the next ones; safe to run again.

    ATTACH locks out no writer of the other partitions, unlike CREATE … PARTITION OF. Rows that landed in
    the default partition move into their month.
    """
    first = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    for ahead in range(months_ahead + 1):
        yield _one_month(_add_months(first, ahead), _add_months(first, ahead + 1))


async def ensure_partitions(connection: AsyncConnection, now: datetime, *, months_ahead: int = 2) -> None:
    """Make what is missing, inside the caller's transaction."""
    for statement in partition_ddl(now, months_ahead=months_ahead):
        await connection.execute(text(statement))


def _one_month(start: datetime, end: datetime) -> str:
    name = f"outbox_{start:%Y_%m}"
    lower, upper = f"'{start.isoformat()}'", f"'{end.isoformat()}'"
    return f"""
    DO $$ BEGIN
    IF to_regclass('{name}') IS NULL THEN
        CREATE TABLE {name} (LIKE outbox INCLUDING DEFAULTS INCLUDING CONSTRAINTS)
            WITH (autovacuum_vacuum_scale_factor = 0.02);
        WITH moved AS (
            DELETE FROM outbox_default WHERE created_at >= {lower} AND created_at < {upper} RETURNING *
        )
        INSERT INTO {name} SELECT * FROM moved;
        ALTER TABLE outbox ATTACH PARTITION {name} FOR VALUES FROM ({lower}) TO ({upper});
    END IF;
    END $$
    """


def _add_months(month: datetime, count: int) -> datetime:
    years, index = divmod(month.month - 1 + count, 12)
    return month.replace(year=month.year + years, month=index + 1)
