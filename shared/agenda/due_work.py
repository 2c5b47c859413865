"""What is due is done: each piece in the transaction that takes it off the agenda, so once and only once."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from shared.agenda import repository
from shared.agenda.domain import Due, next_attempt
from shared.contracts.ids import new_id
from shared.messaging.failures import is_transient
from shared.observability import context
from shared.observability.logging import logger
from shared.persistence.database import Database

AT_ONCE = 200

Handler = Callable[[AsyncConnection, Sequence[Due], datetime], Awaitable[None]]
Handlers = Mapping[str, Handler]


async def do_due_work(database: Database, handlers: Handlers, now: datetime, *, most: int = AT_ONCE) -> int:
    """Do up to `most` due pieces of one kind in one transaction; answers how many there were.

    When that fails they are tried one by one; one that fails by itself is tried again later, and after
    eight times set aside. An error that passes by itself is raised: nothing was done, nothing is counted.
    """
    context.actor.set("system")
    context.correlation_id.set(f"agenda-{new_id()}")
    try:
        return len(await _do(database, handlers, now, most))
    except Exception as error:
        if is_transient(error):
            raise
        logger(__name__).warning("agenda_batch_failed", error=type(error).__name__)
    done = 0
    while done < most and await _do_one(database, handlers, now):
        done += 1
    return done


async def _do(database: Database, handlers: Handlers, now: datetime, most: int) -> list[Due]:
    async with database.transaction() as connection:
        entries = await repository.take(connection, now, kinds=handlers.keys(), most=most)
        if entries:
            await handlers[entries[0].kind](connection, entries, now)
        return entries


async def _do_one(database: Database, handlers: Handlers, now: datetime) -> bool:
    """The next piece by itself; whether there was one."""
    entry: Due | None = None
    try:
        async with database.transaction() as connection:
            for entry in await repository.take(connection, now, kinds=handlers.keys(), most=1):
                await handlers[entry.kind](connection, [entry], now)
    except Exception as error:
        if entry is None or is_transient(error):
            raise
        again = next_attempt(entry.attempts + 1, now)
        logger(__name__).error(
            "agenda_entry_failed",
            kind=entry.kind,
            subject=str(entry.subject_id),
            set_aside=again is None,
            exc_info=error,
        )
        async with database.transaction() as connection:
            said = f"{type(error).__name__}: {error}"
            await repository.put_off(connection, entry, said, until=again, now=now)
    return entry is not None
