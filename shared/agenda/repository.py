"""Entries of the agenda to and from their table."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, any_, bindparam, delete, func, literal, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import ARRAY, Insert
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.agenda.domain import Backlog, Due, SetAside
from shared.agenda.tables import agenda_entry as table
from shared.observability import context
from shared.observability.tracing import current_traceparent
from shared.persistence.bulk import insert_rows

COLUMNS = ("kind", "subject_id", "due_at", "payload", "correlation_id", "traceparent", "attempts")

# All due work of the kind whose turn it is. Workers side by side take different entries.
_TAKE = (
    text("""
    DELETE FROM agenda_entry entry USING (
        SELECT kind, subject_id FROM agenda_entry
        WHERE due_at <= :now AND set_aside_at IS NULL AND kind = (
            SELECT kind FROM agenda_entry WHERE due_at <= :now AND set_aside_at IS NULL AND kind = ANY(:kinds)
            ORDER BY due_at LIMIT 1)
        ORDER BY due_at, subject_id LIMIT :most FOR UPDATE SKIP LOCKED
    ) taken
    WHERE entry.kind = taken.kind AND entry.subject_id = taken.subject_id
    RETURNING entry.kind, entry.subject_id, entry.due_at, entry.payload, entry.correlation_id,
        entry.traceparent, entry.attempts
    """)
    .bindparams(bindparam("now", type_=table.c.due_at.type), bindparam("kinds", type_=ARRAY(Text)))
    .columns(*(table.c[name] for name in COLUMNS))
)


def row_of(due: Due) -> dict[str, Any]:
    """A new entry, caused by whatever is going on now."""
    return {
        "kind": due.kind,
        "subject_id": due.subject_id,
        "due_at": due.due_at,
        "payload": dict(due.payload),
        "correlation_id": due.correlation_id or context.correlation_id.get(),
        "traceparent": due.traceparent or current_traceparent(),
        "attempts": 0,
    }


def renewing(new: Insert) -> Insert:
    """The insert, which moves an entry of the same kind and subject."""
    renewed = {name: new.excluded[name] for name in ("due_at", "payload", "correlation_id", "traceparent")}
    return new.on_conflict_do_update(
        index_elements=["kind", "subject_id"],
        set_={**renewed, "attempts": 0, "last_error": None, "set_aside_at": None},
    )


async def put(connection: AsyncConnection, entries: Sequence[Due]) -> None:
    """Plan; an entry of the same kind and subject is replaced, also one that was set aside."""
    await connection.execute(renewing(insert_rows(table, [row_of(due) for due in entries])))


async def remove(connection: AsyncConnection, kind: str, subjects: Collection[UUID]) -> None:
    """What was planned for these will not be done."""
    wanted = literal(sorted(subjects), ARRAY(Uuid))
    await connection.execute(delete(table).where(table.c.kind == kind, table.c.subject_id == any_(wanted)))


async def take(connection: AsyncConnection, now: datetime, *, kinds: Collection[str], most: int) -> list[Due]:
    """Due entries of one kind, the longest due first. They are gone when the transaction commits."""
    rows = await connection.execute(_TAKE, {"now": now, "kinds": sorted(kinds), "most": most})
    return [Due(**row) for row in rows.mappings()]


async def put_off(
    connection: AsyncConnection, due: Due, error: str, until: datetime | None, now: datetime
) -> None:
    """Try again at `until`; None sets it aside until a person asks for it."""
    await connection.execute(
        update(table)
        .where(table.c.kind == due.kind, table.c.subject_id == due.subject_id)
        .values(
            attempts=due.attempts + 1,
            last_error=error[:1000],
            due_at=until or due.due_at,
            set_aside_at=None if until else now,
        )
    )


async def backlog(connection: AsyncConnection, now: datetime) -> dict[str, Backlog]:
    """How each kind of work stands."""
    aside = table.c.set_aside_at.is_not(None)
    late = ~aside & (table.c.due_at <= now)
    count = func.count()
    rows = await connection.execute(
        select(
            table.c.kind,
            count.filter(~aside & (table.c.due_at > now)),
            count.filter(late),
            count.filter(~aside & (table.c.attempts > 0)),
            count.filter(aside),
            func.min(table.c.due_at).filter(late),
        ).group_by(table.c.kind)
    )
    return {
        kind: Backlog(planned, late, failing, aside, 0 if oldest is None else (now - oldest).total_seconds())
        for kind, planned, late, failing, aside, oldest in rows
    }


async def set_aside(connection: AsyncConnection) -> list[SetAside]:
    """The first thousand entries that wait for a person, the longest waiting first."""
    waits = (table.c.kind, table.c.subject_id, table.c.set_aside_at, table.c.attempts, table.c.last_error)
    rows = await connection.execute(
        select(*waits)
        .where(table.c.set_aside_at.is_not(None))
        .order_by(table.c.set_aside_at, table.c.kind, table.c.subject_id)
        .limit(1000)
    )
    return [SetAside(*row) for row in rows]


async def bring_back(connection: AsyncConnection, now: datetime) -> int:
    """Everything that was set aside is due again; answers how many entries that are."""
    done = await connection.execute(
        update(table)
        .where(table.c.set_aside_at.is_not(None))
        .values(set_aside_at=None, attempts=0, due_at=now)
    )
    return done.rowcount


async def planned(connection: AsyncConnection, keys: Sequence[tuple[str, UUID]]) -> list[Due]:
    """The entries of these kinds and subjects that are there."""
    columns = [table.c[name] for name in COLUMNS]
    where = tuple_(table.c.kind, table.c.subject_id).in_(list(keys))
    rows = await connection.execute(select(*columns).where(where).limit(max(len(keys), 1)))
    return [Due(**row) for row in rows.mappings()]
