"""The whole product in a folder of its own, for tests that go through every service."""

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from deploy.local.files import read_json
from deploy.local.ports import free_base
from deploy.local.settings import ROOT, SERVICES
from shared.messaging.mend import wiring_of
from shared.messaging.mending import Mending
from shared.messaging.settings import KafkaSettings
from shared.persistence.database import Database

# Only against waiting for ever.
SETTLED_SECONDS = 300.0
CHOICES = ("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS")


class Stack:
    """A stack started by the same command line people use, on ports of its own."""

    def __init__(
        self, state: Path, *, base: int | None = None, settings: dict[str, str] | None = None
    ) -> None:
        self.state = state
        self.base = base or free_base()
        inherited = {name: value for name, value in os.environ.items() if not name.endswith(CHOICES)}
        chosen = {"STATE_DIR": str(state), "PORT_BASE": str(self.base)}
        self.environment = {**inherited, **chosen, **(settings or {})}

    def command(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run `up`, `down`, `status` and so on to its end, output kept."""
        stack = [sys.executable, "-m", "deploy.local.stack", *arguments]
        return subprocess.run(
            stack,
            cwd=ROOT,
            env=self.environment,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )

    def up(self) -> None:
        """Start; fails the test with everything that was printed when that does not work."""
        started = self.command("up")
        assert started.returncode == 0, started.stdout

    def down(self) -> None:
        """Stop; fails the test when that does not work."""
        stopped = self.command("down")
        assert stopped.returncode == 0, stopped.stdout

    @property
    def description(self) -> dict[str, Any]:
        """What stack.json says: addresses, databases, users."""
        return read_json(self.state / "stack.json")

    @property
    def processes(self) -> dict[str, dict[str, Any]]:
        """What the supervisor says of every process, by name."""
        described: dict[str, dict[str, Any]] = read_json(self.state / "processes.json").get("processes", {})
        return described

    @property
    def supervisor_pid(self) -> int:
        return int(read_json(self.state / "processes.json")["supervisor"]["pid"])

    def pids(self) -> list[int]:
        """Every process the supervisor keeps, and itself."""
        return [self.supervisor_pid, *(one["pid"] for one in self.processes.values() if one["pid"])]

    async def settled(self) -> None:
        """Wait until every event is published, and applied wherever it is read."""
        async with asyncio.timeout(SETTLED_SECONDS):
            while await self._waiting():
                await asyncio.sleep(0.2)

    async def _waiting(self) -> int:
        """Events on their way. Looked at twice: what was applied first may have caused others."""
        return sum([await self._waiting_in(service) for service in SERVICES * 2])

    async def _waiting_in(self, service: str) -> int:
        described = self.description
        database = Database(described["databases"][service], name="tests", pool_size=1)
        kafka = KafkaSettings(bootstrap_servers=described["kafka_bootstrap_servers"])
        try:
            status = await Mending(database, kafka, wiring_of(service)).status()
        finally:
            await database.close()
        assert status.lag_unknown is None, status.lag_unknown
        return status.backlog.count + sum(status.lag.values())

    def kill(self, name: str, number: int = signal.SIGKILL) -> None:
        """Send a signal to one process; the supervisor starts it again."""
        os.kill(int(self.processes[name]["pid"]), number)


@contextmanager
def stack_in_a_new_folder(**settings: str) -> Iterator[Stack]:
    """A stack that is not started yet and surely stopped at the end; its folder goes with it."""
    with tempfile.TemporaryDirectory(prefix="dealstream-") as folder:
        Path(folder).chmod(0o711)  # PostgreSQL may run as another account
        stack = Stack(Path(folder), settings=settings)
        try:
            yield stack
        finally:
            stack.command("down")
