"""Keeps the processes of one stack running, tells what it does, and stops all of them in order.

Whatever happens, no process outlives it: see `reaper.py` and `leftovers.py`.
"""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from deploy.local.errors import StackError
from deploy.local.files import last_lines, shorten_log, write_json
from deploy.local.ports import require_free
from deploy.local.processes import Managed, Program
from deploy.local.progress import Progress, step
from deploy.local.reaper import Reaper

HOUSEKEEPING_SECONDS = 2.0


class Supervisor:
    """The processes of one state folder. Programs stop from the highest stage to the lowest."""

    def __init__(self, state: Path, reaper: Reaper, progress: Progress) -> None:
        self.state = state
        self.progress = progress
        self.is_ready = False
        self._reaper = reaper
        self._managed: dict[str, Managed] = {}
        self._started_at = time.time()
        self._stopping = False

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    def require_ports(self, wanted: Iterable[tuple[int, str]]) -> None:
        """Refuse before anything is started when a port belongs to somebody else."""
        for port, purpose in wanted:
            require_free(port, purpose)

    async def start(self, program: Program) -> None:
        """Start a program, to be kept running; return when it is ready."""
        managed = Managed(
            program, self.logs / f"{program.name}.log", reaper=self._reaper, changed=self.publish
        )
        self._managed[program.name] = managed
        where = f" on port {program.port}" if program.port else ""
        with step(self.progress, f"{program.purpose}{where}"):
            await managed.start()

    async def start_together(self, programs: Sequence[Program]) -> None:
        """Start several at once; the first that fails fails all."""
        await together(*(self.start(program) for program in programs))

    async def run_once(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Run a command to its end; refuse with the end of its log when it fails."""
        log = self.logs / f"{name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("wb") as out:
            process = await asyncio.create_subprocess_exec(
                *command,
                env={**os.environ, **environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=out,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
        self._reaper.watch(process.pid)
        try:
            code = await process.wait()
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
            self._reaper.forget(process.pid)
        if code:
            raise StackError(
                f"{name} failed with exit code {code}.\nThe end of {log}:\n\n{last_lines(log, 25)}"
            )

    async def stop(self) -> None:
        """Stop everything: the highest stage first, one stage's programs together."""
        self._stopping = True
        running = sorted(self._managed.values(), key=lambda one: -one.program.stage)
        for _, stage in groupby(running, key=lambda one: one.program.stage):
            stopping = list(stage)
            names = ", ".join(one.program.name for one in stopping)
            with step(self.progress, f"stopping {names}"):
                await asyncio.gather(*(one.stop() for one in stopping))
        (self.state / "processes.json").unlink(missing_ok=True)

    def hurry(self) -> None:
        """Kill what has not stopped yet."""
        for managed in self._managed.values():
            managed.kill_now()

    def publish(self) -> None:
        """Write what `make status` reads."""
        write_json(
            self.state / "processes.json",
            {
                "ready": self.is_ready,
                "stopping": self._stopping,
                "supervisor": {
                    "pid": os.getpid(),
                    "reaper_pid": self._reaper.pid,
                    "started_at": self._started_at,
                },
                "processes": {name: managed.describe() for name, managed in self._managed.items()},
            },
        )

    def become_ready(self) -> None:
        self.is_ready = True
        self.publish()

    async def keep_house(self) -> None:
        """For ever: logs do not fill the disk, and the reaper is there."""
        while True:
            await asyncio.sleep(HOUSEKEEPING_SECONDS)
            if self._reaper.revive():
                self.publish()
            for log in self.logs.glob("*.log"):
                shorten_log(log)


async def together(*work: Awaitable[None]) -> None:
    """Run concurrently; on the first failure cancel the rest and raise that failure."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


Plan = Callable[[Supervisor], Awaitable[None]]


async def supervise(supervisor: Supervisor, plan: Plan, *, when_ready: Callable[[], None]) -> None:
    """Carry out the plan, then keep everything running until SIGTERM, SIGINT or SIGHUP; stop all.

    A plan that fails stops what it had started and raises its StackError. A second signal kills.
    """
    told_to_stop = asyncio.Event()
    _listen_to_signals(supervisor, told_to_stop)
    waiting = asyncio.create_task(told_to_stop.wait())
    house = asyncio.create_task(supervisor.keep_house())
    starting = asyncio.ensure_future(plan(supervisor))
    try:
        await asyncio.wait({starting, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if starting.done():
            starting.result()
            supervisor.become_ready()
            when_ready()
            await waiting
    finally:
        starting.cancel()
        house.cancel()
        await asyncio.gather(starting, house, return_exceptions=True)
        await supervisor.stop()


def _listen_to_signals(supervisor: Supervisor, told_to_stop: asyncio.Event) -> None:
    def on_signal() -> None:
        if told_to_stop.is_set():
            supervisor.hurry()
        told_to_stop.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, on_signal)
