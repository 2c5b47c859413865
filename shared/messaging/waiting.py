"""Waiting that ends at once when the process is told to stop.

Must never break: nothing in a worker sleeps past its stop event.
"""

import asyncio
import random
from collections.abc import Awaitable


async def pause(stop: asyncio.Event, seconds: float) -> None:
    """Sleep, or return at once when `stop` is set."""
    await first_of(stop, timeout=seconds)


async def first_of(*events: asyncio.Event, timeout: float) -> None:  # noqa: ASYNC109 - not cancelled: it just ends
    """Return when one of the events is set or `timeout` seconds are over."""
    if any(event.is_set() for event in events):
        return
    waiters = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waiters, timeout=timeout, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for waiter in waiters:
            waiter.cancel()


async def unless_stopped(stop: asyncio.Event, doing: Awaitable[object], *, within: float) -> None:
    """Wait for what is done; raises TimeoutError when `stop` is set first, or after `within` s."""
    task, stopping = asyncio.ensure_future(doing), asyncio.ensure_future(stop.wait())
    try:
        await asyncio.wait({task, stopping}, timeout=within, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise TimeoutError
        await task
    finally:
        task.cancel()
        stopping.cancel()


async def ends_within(closing: Awaitable[object], seconds: float) -> bool:
    """Whether a clean-up finished in time; one that does not is cancelled and left behind."""
    task = asyncio.ensure_future(closing)
    done, _ = await asyncio.wait({task}, timeout=seconds)
    if not done:
        task.cancel()
        return False
    return not task.cancelled() and task.exception() is None


def backoff(attempt: int, *, first: float = 0.1, longest: float = 5.0) -> float:
    """Seconds before try number `attempt` + 1: doubling, at most `longest`, with half of it random."""
    ceiling: float = min(longest, first * 2 ** min(attempt, 16))
    return ceiling * (0.5 + random.random() / 2)
