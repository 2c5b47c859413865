"""A process whose only job is to outlive the one that started it and to stop what that one leaves behind.

It holds the reading end of a pipe. When the pipe closes - the owner ended in whatever way, kill -9
included - every process group still on its list is told to stop, and killed if it does not.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from typing import IO, cast

GRACE_SECONDS = 8.0


class Reaper:
    """The owner's end of the pipe. Used from one thread."""

    def __init__(self, *, keep_open: tuple[int, ...] = ()) -> None:
        """`keep_open`: file descriptors (a lock) that the reaper holds until its work is done."""
        self._keep_open = keep_open
        self._watched: dict[int, int] = {}
        self._process, self._pipe = self._start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def watch(self, group: int, stop_signal: int = signal.SIGTERM) -> None:
        """Promise that the process group does not outlive this process."""
        self._watched[group] = stop_signal
        self._tell(f"watch {group} {int(stop_signal)}")

    def forget(self, group: int) -> None:
        """The group has ended: its number may belong to somebody else soon."""
        self._watched.pop(group, None)
        self._tell(f"forget {group}")

    def close(self) -> None:
        """Stop what is still on the list, at most GRACE_SECONDS long, and wait for that."""
        with contextlib.suppress(OSError):
            self._pipe.close()
        self._process.wait()

    def _tell(self, line: str) -> None:
        try:
            self._pipe.write(line.encode() + b"\n")
        except OSError:
            self._replace()

    def _replace(self) -> None:
        """Someone killed the reaper: start another and give it the whole list."""
        self._process.wait()
        self._process, self._pipe = self._start()
        for group, stop_signal in self._watched.items():
            self._pipe.write(f"watch {group} {stop_signal}\n".encode())

    def revive(self) -> bool:
        """Start another one should somebody have killed it; whether that was so."""
        if self._process.poll() is None:
            return False
        self._replace()
        return True

    def _start(self) -> "tuple[subprocess.Popen[bytes], IO[bytes]]":
        process = subprocess.Popen(
            [sys.executable, "-I", "-S", __file__],
            stdin=subprocess.PIPE,
            bufsize=0,
            start_new_session=True,
            pass_fds=self._keep_open,
            cwd="/",
        )
        return process, cast("IO[bytes]", process.stdin)


def _read_list(lines: IO[str]) -> dict[int, int]:
    """What is left on the list when the pipe closes."""
    watched: dict[int, int] = {}
    for line in lines:
        match line.split():
            case ["watch", group, stop_signal]:
                watched[int(group)] = int(stop_signal)
            case ["forget", group]:
                watched.pop(int(group), None)
    return watched


def _signal(group: int, number: int) -> bool:
    """Whether the group was there to get the signal."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    left = _read_list(sys.stdin)
    for group, stop_signal in left.items():
        _signal(group, stop_signal)
    deadline = time.monotonic() + GRACE_SECONDS
    while time.monotonic() < deadline and any(_signal(group, 0) for group in left):
        time.sleep(0.05)
    for group in left:
        _signal(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
