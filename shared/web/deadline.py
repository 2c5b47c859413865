"""How long the caller still waits: `X-Deadline-Ms` in, a monotonic instant inside, the rest on the way out.

Must never break: a call to another service never waits longer than the caller of this one.
"""

import asyncio
from contextvars import ContextVar

HEADER = "X-Deadline-Ms"
LONGEST_MS = 600_000

_expires_at: ContextVar[float | None] = ContextVar("deadline", default=None)


def parse(value: str | bytes) -> int:
    """Milliseconds from the header. Raises ValueError unless it is a whole number of at most ten minutes."""
    text = value.decode("latin-1") if isinstance(value, bytes) else value
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise ValueError("X-Deadline-Ms is a whole number of milliseconds")
    return min(int(text), LONGEST_MS)


def start(milliseconds: int) -> float:
    """Begin the deadline of this request; returns the event loop's instant it ends at."""
    ends = asyncio.get_running_loop().time() + milliseconds / 1000
    _expires_at.set(ends)
    return ends


def clear() -> None:
    """Forget the deadline: the answer has begun."""
    _expires_at.set(None)


def remaining(at_most: float) -> float:
    """Seconds a call may take: `at_most`, or less when the caller's deadline is nearer; never below 0."""
    ends = _expires_at.get()
    if ends is None:
        return at_most
    return max(0.0, min(at_most, ends - asyncio.get_running_loop().time()))
