"""One supervised process: started, watched, started again with growing pauses, stopped for good."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

from deploy.local.errors import StackError
from deploy.local.files import last_lines
from deploy.local.reaper import Reaper

FIRST_PAUSE, LONGEST_PAUSE = 0.1, 10.0
STEADY_SECONDS = 5.0
"""A process that was ready this long starts again with the first, short pause."""
EXITS_WHILE_STARTING = 3
WRONG_SETTINGS = 2
"""Exit code of our processes when a setting is missing: no use in trying again."""


@dataclass(frozen=True, slots=True)
class Program:
    """What to run and how to tell that it works. A higher `stage` is stopped earlier."""

    name: str
    purpose: str
    command: tuple[str, ...]
    stage: int
    ready: Callable[[], Awaitable[bool]]
    port: int | None = None
    ready_within: float = 180.0
    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path = Path("/")
    stop_signal: int = signal.SIGTERM
    stop_within: float = 10.0
    uid: int | None = None
    gid: int | None = None


class Managed:
    """A program kept running until `stop`; `changed` is called whenever its state changes."""

    def __init__(
        self, program: Program, log: Path, *, reaper: Reaper, changed: Callable[[], None] = lambda: None
    ) -> None:
        self.program = program
        self.log = log
        self.state = "waiting"
        self.restarts = 0
        self.last_exit: int | None = None
        self.started_at: float | None = None
        self._reaper, self._changed = reaper, changed
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def start(self) -> None:
        """Return when the program is ready; refuse, with the end of its log, when it will not be."""
        self._task = asyncio.create_task(self._keep_running())
        deadline = time.monotonic() + self.program.ready_within
        while self.state != "ready":
            if self._is_hopeless() or time.monotonic() > deadline:
                raise StackError(self._complaint())
            await asyncio.sleep(0.03)

    async def stop(self, *, at_once: bool = False) -> None:
        """End it: the stop signal, then kill when its time is up."""
        self._stopping.set()
        if self._process is not None:
            self._send(signal.SIGKILL if at_once else self.program.stop_signal)
        if self._task is None:
            return
        done, _ = await asyncio.wait([self._task], timeout=self.program.stop_within)
        if not done:
            self._send(signal.SIGKILL)
            await self._task

    def kill_now(self) -> None:
        """Cut short a stop that takes too long for the person waiting."""
        self._send(signal.SIGKILL)

    def describe(self) -> dict[str, Any]:
        """For `make status`."""
        return {
            "state": self.state,
            "pid": self.pid,
            "port": self.program.port,
            "purpose": self.program.purpose,
            "restarts": self.restarts,
            "last_exit": self.last_exit,
            "started_at": self.started_at,
        }

    async def _keep_running(self) -> None:
        exits = 0
        while not self._stopping.is_set():
            ready_at = await self._run_once()
            if self._stopping.is_set():
                break
            if ready_at is not None and time.monotonic() - ready_at > STEADY_SECONDS:
                exits = 0
            self._become("restarting")
            await self._pause(min(LONGEST_PAUSE, FIRST_PAUSE * 2**exits))
            exits += 1
            self.restarts += 1
        self._become("stopped")

    async def _run_once(self) -> float | None:
        """Run to the end; gives when it became ready, if it did."""
        process = await self._spawn()
        probing = asyncio.create_task(self._probe())
        self.last_exit = await process.wait()
        self._reaper.forget(process.pid)
        self._process = None
        probing.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            return await probing
        return None

    async def _spawn(self) -> asyncio.subprocess.Process:
        program = self.program
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                *program.command,
                env={**os.environ, **program.environment},
                cwd=program.folder,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
                user=program.uid,
                group=program.gid,
                extra_groups=None if program.uid is None else [],
            )
        self._reaper.watch(self._process.pid, program.stop_signal)
        self.started_at = _start_of(self._process.pid)
        self._become("starting")
        if self._stopping.is_set():
            self._send(program.stop_signal)
        return self._process

    async def _probe(self) -> float:
        while not await self.program.ready():  # noqa: ASYNC110  # another process sets no event here
            await asyncio.sleep(0.05)
        self._become("ready")
        return time.monotonic()

    async def _pause(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), timeout=seconds)

    def _become(self, state: str) -> None:
        self.state = "stopping" if self._stopping.is_set() and state != "stopped" else state
        self._changed()

    def _is_hopeless(self) -> bool:
        return (
            self.last_exit == WRONG_SETTINGS
            or self.restarts >= EXITS_WHILE_STARTING
            or (self._task is not None and self._task.done())
        )

    def _complaint(self) -> str:
        ended = "" if self.last_exit is None else f" It ended with exit code {self.last_exit}."
        return (
            f"{self.program.purpose} did not become ready.{ended}\n"
            f"The end of {self.log}:\n\n{last_lines(self.log)}"
        )

    def _send(self, number: int) -> None:
        if self._process is not None and self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, number)


def _start_of(pid: int) -> float:
    """What the system will say of the process later too; on a busy machine we look at the clock too late."""
    try:
        return float(psutil.Process(pid).create_time())
    except psutil.NoSuchProcess:
        return time.time()
