"""Waiting in tests for what somebody else does.

A limit here is only against waiting for ever. It decides no test: a slow machine takes as long as it takes.
"""

import time
from collections.abc import Callable
from typing import Any

import psutil

HANG_SECONDS = 60.0


def eventually(look: Callable[[], Any], *, within: float = HANG_SECONDS) -> Any:
    """What `look` answers once it is true; fails with its last answer after `within` seconds."""
    deadline = time.monotonic() + within
    while not (seen := look()):
        assert time.monotonic() < deadline, f"not seen within {within} s; last: {seen!r}"
        time.sleep(0.02)
    return seen


def lives(pid: int) -> bool:
    """Whether the process runs; an ended one that nobody has collected does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
