"""One supervisor per state folder. The lock is the operating system's: it ends with its holders.

The reaper holds it too, so a new stack never starts while the old one's processes are being stopped.
"""

import fcntl
import os
import time
from pathlib import Path

import psutil


class StackLock:
    """The lock of one state folder; the file names the supervisor's process id."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._descriptor: int | None = None

    def acquire(self) -> bool:
        """Take the lock unless somebody holds it."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        self._descriptor = descriptor
        return True

    @property
    def descriptor(self) -> int:
        """To be handed to the reaper; the lock lasts until both have closed it."""
        if self._descriptor is None:
            raise RuntimeError("The lock is not held.")
        return self._descriptor

    def holder(self) -> int | None:
        """Process id of the living supervisor, None when there is none."""
        if not self.is_held():
            return None
        text = self._path.read_text().strip()
        return int(text) if text.isdecimal() and _lives(int(text)) else None

    def is_held(self) -> bool:
        """Whether a supervisor, or the reaper of a dead one, is at work."""
        if not self._path.exists():
            return False
        descriptor = os.open(self._path, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def wait_until_free(self, seconds: float) -> bool:
        """Whether all holders have gone within `seconds`."""
        deadline = time.monotonic() + seconds
        while self.is_held():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.05)
        return True


def _lives(pid: int) -> bool:
    """Whether the process runs; one that ended and was not yet collected does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
