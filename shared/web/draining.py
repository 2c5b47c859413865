"""SIGTERM makes a process not ready first, keeps serving for a while, and only then stops the server.

Must never break: the server's own handling of the signal always follows.
"""

import asyncio
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from shared.web.health import Health


@contextmanager
def drain_on_sigterm(health: Health, seconds: float) -> Iterator[None]:
    """While inside, SIGTERM sets `health.draining`, and after `seconds` calls the handler that was there."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before: Any = signal.getsignal(signal.SIGTERM)

    def go_on(number: int, frame: FrameType | None) -> None:
        if callable(before):
            before(number, frame)
        else:
            signal.signal(number, before)
            signal.raise_signal(number)

    def begin(number: int, frame: FrameType | None) -> None:
        loop.call_soon_threadsafe(health.draining.set)
        if seconds > 0 and not health.draining.is_set():
            loop.call_soon_threadsafe(loop.call_later, seconds, go_on, number, None)
        else:
            go_on(number, frame)

    signal.signal(signal.SIGTERM, begin)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
