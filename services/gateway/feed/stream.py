"""Server-sent events of one client: what it missed, then what happens, until somebody ends it.

Must never break: between resuming and live there is no gap and no repetition; the id the client last saw is
always one it can resume from.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from services.gateway.caller.domain import CallerContext, Credential
from services.gateway.feed.domain import View, as_event, shown_to
from services.gateway.feed.tail import FeedTail
from services.gateway.feed.use_cases.make_view import make_view
from services.gateway.feed.use_cases.read_feed import read_feed
from shared.contracts.errors import DomainError
from shared.persistence.database import Database
from shared.web import json_body

HEARTBEAT_SECONDS = 15.0
_LOOK_AGAIN_SECONDS = 5.0
_PIECE = 500


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a stream gets its events from, and how it learns that it must end."""

    database: Database
    tail: FeedTail
    caller_of: Callable[[Credential], Awaitable[CallerContext | None]]
    draining: asyncio.Event


async def stream(
    sources: Sources, caller: CallerContext, names: Sequence[str] | None, *, view: View, position: int
) -> AsyncIterator[bytes]:
    """Text of the stream from `position` on. Ends when the process drains or the caller's session ends."""
    looked = quiet_since = time.monotonic()
    yield _at(position)
    async with sources.tail.listening():
        while not sources.draining.is_set():
            if time.monotonic() - looked > _LOOK_AGAIN_SECONDS:
                fresh = await _look_again(sources, caller, names)
                if fresh is None:
                    yield b"event: ended\ndata: {}\n\n"
                    return
                view, looked = fresh, time.monotonic()
            try:
                text, position = await _next(sources, view, position)
            except (DBAPIError, PoolTimeout, OSError):
                return  # the browser comes back by itself, with the last id it saw
            except DomainError as error:
                yield b"event: reset\ndata: " + json_body.dumps({"code": error.code}) + b"\n\n"
                return
            if text:
                quiet_since = time.monotonic()
                yield text
            elif time.monotonic() - quiet_since >= HEARTBEAT_SECONDS:
                quiet_since = time.monotonic()
                yield b": still here\n" + _at(position)
            else:
                await _wait(sources)


async def _next(sources: Sources, view: View, position: int) -> tuple[bytes, int]:
    """Events after the position as text, and the position they reach to."""
    facts = sources.tail.since(position)
    if facts is None:
        async with sources.database.reading() as connection:
            page = await read_feed(connection, view, position, _PIECE)
        text = b"".join(_event(event) for event in page.events)
        if not page.more and not text:
            await asyncio.sleep(0.02)
        return text, page.next_position
    if not facts:
        return b"", position
    parts = [
        _event(as_event(view, fact, shown)) for fact in facts if (shown := shown_to(view, fact)) is not None
    ]
    return b"".join(parts), facts[-1].position


async def _look_again(sources: Sources, caller: CallerContext, names: Sequence[str] | None) -> View | None:
    """The caller's view now: teams and roles change while a stream is open. None when it must end."""
    try:
        current = await sources.caller_of(caller.credential)
        if current is None or not current.standing.may("events:read"):
            return None
        async with sources.database.reading() as connection:
            return await make_view(connection, current, names)
    except (DomainError, DBAPIError, PoolTimeout, OSError):
        return None


async def _wait(sources: Sources) -> None:
    news = asyncio.create_task(sources.tail.news(1.0))
    draining = asyncio.create_task(sources.draining.wait())
    done, pending = await asyncio.wait({news, draining}, return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    await asyncio.gather(*pending, return_exceptions=True)
    for task in done:
        task.result()


def _event(event: dict[str, Any]) -> bytes:
    return b"id: %d\nevent: %s\ndata: %s\n\n" % (
        event["position"],
        str(event["type"]).encode(),
        json_body.dumps(event),
    )


def _at(position: int) -> bytes:
    """An id without data: the browser remembers it and shows nothing."""
    return b"id: %d\n\n" % position
