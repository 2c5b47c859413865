"""What the supervisor promises about the processes it runs, shown on tiny programs."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from deploy.local.errors import StackError
from deploy.local.files import read_json
from deploy.local.lock import StackLock
from deploy.local.processes import Managed, Program
from deploy.local.reaper import Reaper
from tests.support.waiting import HANG_SECONDS, eventually, lives

ROOT = Path(__file__).parents[3]
READY = "import pathlib, signal, sys, time; name = sys.argv[1]; pathlib.Path(name + '.ready').touch(); "
SLEEPER = READY + "time.sleep(600)"
STUBBORN = (
    READY.replace("; pathlib", "; signal.signal(signal.SIGTERM, signal.SIG_IGN); pathlib") + "time.sleep(600)"
)
PARENT = READY + "import subprocess; subprocess.run([sys.executable, '-c', 'import time; time.sleep(600)'])"
DIARIST = (
    READY + "stopped = lambda *_: (pathlib.Path('diary').open('a').write(name + ' '), sys.exit()); "
    "signal.signal(signal.SIGTERM, stopped); time.sleep(600)"
)


class DummyStack:
    """A running supervisor and what it writes."""

    def __init__(self, state: Path, *programs: str) -> None:
        self.state = state
        command = [sys.executable, "-m", "tests.local.dummy_stack", str(state), *programs]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def wait_until_ready(self) -> None:
        eventually((self.state / "ready.json").exists)

    def described(self, name: str) -> dict[str, Any]:
        process: dict[str, Any] = read_json(self.state / "processes.json")["processes"][name]
        return process

    def pid(self, name: str) -> int:
        return int(self.described(name)["pid"])

    @property
    def reaper_pid(self) -> int:
        return int(read_json(self.state / "processes.json")["supervisor"]["reaper_pid"])

    def end(self, number: int = signal.SIGTERM) -> str:
        """Signal the supervisor, wait for it and its reaper; gives what it printed."""
        self.process.send_signal(number)
        printed, _ = self.process.communicate(timeout=HANG_SECONDS)
        assert StackLock(self.state / "supervisor.lock").wait_until_free(HANG_SECONDS)
        return printed


@contextmanager
def running(state: Path, *programs: str) -> Iterator[DummyStack]:
    stack = DummyStack(state, *programs)
    try:
        stack.wait_until_ready()
        yield stack
    finally:
        if stack.process.poll() is None:
            stack.end()


def test_a_killed_process_is_started_again_and_its_end_is_told(tmp_path: Path) -> None:
    with running(tmp_path, f"one={SLEEPER}@1") as stack:
        first = stack.pid("one")

        os.kill(first, signal.SIGKILL)
        eventually(
            lambda: stack.described("one")["restarts"] == 1 and stack.described("one")["state"] == "ready"
        )

        assert stack.pid("one") != first
        assert stack.described("one")["last_exit"] == -signal.SIGKILL


class Impatient(Managed):
    """Notes how long it would pause, and does not."""

    def __init__(self, program: Program, log: Path, reaper: Reaper) -> None:
        super().__init__(program, log, reaper=reaper)
        self.pauses: list[float] = []

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)


async def test_a_process_that_keeps_ending_is_started_with_growing_pauses(
    tmp_path: Path, reaper: Reaper
) -> None:
    async def never() -> bool:
        return False

    ends = Program(
        name="one",
        purpose="ends",
        command=(sys.executable, "-c", "raise SystemExit(7)"),
        stage=1,
        ready=never,
    )
    managed = Impatient(ends, tmp_path / "one.log", reaper)

    with pytest.raises(StackError):
        await managed.start()
    async with asyncio.timeout(HANG_SECONDS):
        while managed.restarts < 9:
            await asyncio.sleep(0.02)
    await managed.stop()

    assert managed.pauses[:9] == [0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0]


def test_no_process_outlives_a_killed_supervisor(tmp_path: Path) -> None:
    with running(tmp_path, f"one={SLEEPER}@1", f"stubborn={STUBBORN}@2") as stack:
        processes = [stack.pid("one"), stack.pid("stubborn"), stack.reaper_pid]

        stack.end(signal.SIGKILL)

        eventually(lambda: not any(lives(pid) for pid in processes))


def test_the_children_of_a_process_end_with_the_supervisor_too(tmp_path: Path) -> None:
    with running(tmp_path, f"one={PARENT}@1") as stack:
        parent = psutil.Process(stack.pid("one"))
        eventually(parent.children)
        child = parent.children()[0].pid

        stack.end(signal.SIGKILL)

        eventually(lambda: not lives(child))


def test_a_killed_reaper_is_replaced_and_does_its_work(tmp_path: Path) -> None:
    with running(tmp_path, f"one={SLEEPER}@1") as stack:
        first, process = stack.reaper_pid, stack.pid("one")

        os.kill(first, signal.SIGKILL)
        eventually(lambda: stack.reaper_pid != first)
        stack.end(signal.SIGKILL)

        eventually(lambda: not lives(process))


def test_a_stop_goes_from_the_highest_stage_to_the_lowest(tmp_path: Path) -> None:
    programs = [f"{name}={DIARIST}@{stage}" for name, stage in (("database", 0), ("front", 2), ("api", 1))]
    with running(tmp_path, *programs) as stack:
        stack.end(signal.SIGINT)

    assert (tmp_path / "diary").read_text().split() == ["front", "api", "database"]


def test_a_process_that_ignores_the_stop_is_killed(tmp_path: Path) -> None:
    with running(tmp_path, f"stubborn={STUBBORN}@1") as stack:
        process = stack.pid("stubborn")

        stack.end()

        assert not lives(process)
        assert stack.process.returncode == 0


def test_a_process_that_cannot_start_ends_the_start_and_shows_its_log(tmp_path: Path) -> None:
    wrong = "import sys; print('LEADS_DATABASE_URL is not set'); sys.exit(2)"
    stack = DummyStack(tmp_path, f"one={SLEEPER}@1", f"wrong={wrong}@1")

    printed, _ = stack.process.communicate(timeout=HANG_SECONDS)

    assert stack.process.returncode == 1
    assert "dummy wrong did not become ready. It ended with exit code 2." in printed
    assert "LEADS_DATABASE_URL is not set" in printed
    assert "stopping" in printed


def test_two_supervisors_never_share_a_state_folder(tmp_path: Path) -> None:
    with running(tmp_path, f"one={SLEEPER}@1"):
        second = DummyStack(tmp_path, f"two={SLEEPER}@1")

        assert second.process.wait(timeout=HANG_SECONDS) == 3
