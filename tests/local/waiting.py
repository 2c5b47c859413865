"""Waiting in tests for something another process does."""

import time
from collections.abc import Callable

import psutil


def eventually(true: Callable[[], object], *, within: float = 15.0) -> None:
    """Return once the condition holds; fail when it does not within `within` seconds."""
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, f"it did not come true within {within} s"
        time.sleep(0.02)


def lives(pid: int) -> bool:
    """Whether the process runs; an ended one that nobody has collected does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
