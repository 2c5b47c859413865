"""Real servers for tests: a PostgreSQL, a Kafka, or the whole product, each in a folder of its own.

Every pytest process (xdist worker) has its own; a reaper stops them even when pytest is killed.
"""

import itertools
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from deploy.local.jars import ensure_jars
from deploy.local.kafka import KafkaBroker
from deploy.local.ports import free_port
from deploy.local.postgres import FAST_AND_FORGETFUL, SETTINGS, PostgresServer, server_in
from deploy.local.reaper import Reaper
from tests.support.product import Stack, stack_in_a_new_folder

OWNER, PASSWORD = "dealstream", "only-for-tests"


class Server:
    """A server program that a test may stop, kill and start again on the same data."""

    def __init__(self, command: list[str], log: Path, reaper: Reaper, *, stop_signal: int) -> None:
        self._command, self._log, self._reaper = command, log, reaper
        self._stop_signal = stop_signal
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._process is not None, "not started"
        return self._process.pid

    def launch(self, *, uid: int | None = None, gid: int | None = None) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd="/",
                user=uid,
                group=gid,
            )
        self._reaper.watch(self._process.pid, self._stop_signal)

    def end(self, number: int | None = None) -> None:
        """Send the signal (default: the clean stop) and wait for the end."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.send_signal(number or self._stop_signal)
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reaper.forget(self._process.pid)
        self._process = None


class Postgres:
    """A PostgreSQL server with an ordinary role that owns every database a test asks for."""

    def __init__(self, folder: Path, reaper: Reaper) -> None:
        self.server: PostgresServer = server_in(
            folder,
            port=free_port(),
            superuser_password=PASSWORD,
            settings={**SETTINGS, **FAST_AND_FORGETFUL},
        )
        self._process = Server(
            self.server.command(), folder / "postgres.log", reaper, stop_signal=signal.SIGINT
        )
        self._numbers = itertools.count(1)
        self.server.prepare()
        self.start()
        self.server.ensure_database("with_extensions", owner=OWNER, password=PASSWORD)

    def create_database(self, name: str, *, template: str = "with_extensions") -> str:
        """URL of a fresh database `<name>_<n>`, a copy of `template` (an earlier one's name or URL).

        The role in the URL owns the database and is no superuser. Nobody may be connected to the
        template meanwhile. Extensions that services use are there.
        """
        database = f"{name}_{next(self._numbers)}"
        copied = template.rsplit("/", 1)[-1]
        self.server.run_sql(
            f'CREATE DATABASE "{database}" TEMPLATE "{copied}" OWNER "{OWNER}" STRATEGY FILE_COPY'
        )
        return self.server.url(database, user=OWNER, password=PASSWORD)

    def drop_database(self, url: str) -> None:
        """Throw a database away, with whoever is still connected."""
        self.server.run_sql(f'DROP DATABASE IF EXISTS "{url.rsplit("/", 1)[-1]}" WITH (FORCE)')

    def start(self) -> None:
        self._process.launch(uid=self.server.uid, gid=self.server.gid)
        self.server.wait_until_ready()

    def stop(self) -> None:
        self._process.end()

    def kill(self) -> None:
        """End it as a crash would; `start` recovers."""
        self._process.end(signal.SIGKILL)


class Kafka:
    """A Kafka broker that a test may kill and start again."""

    def __init__(self, folder: Path, reaper: Reaper) -> None:
        self.broker = KafkaBroker(folder, free_port(), free_port(), ensure_jars())
        self._process = Server(
            self.broker.command(), folder / "kafka.log", reaper, stop_signal=signal.SIGTERM
        )
        self.broker.prepare()
        self.start()

    @property
    def bootstrap_servers(self) -> str:
        return self.broker.bootstrap_servers

    def start(self) -> None:
        self._process.launch()
        self.broker.wait_until_ready()

    def stop(self) -> None:
        self._process.end()

    def kill(self) -> None:
        """End it as a crash would; `start` recovers."""
        self._process.end(signal.SIGKILL)


@contextmanager
def running_reaper() -> Iterator[Reaper]:
    reaper = Reaper()
    try:
        yield reaper
    finally:
        reaper.close()


@pytest.fixture(scope="session")
def reaper() -> Iterator[Reaper]:
    with running_reaper() as guard:
        yield guard


@pytest.fixture(scope="session")
def postgres(reaper: Reaper) -> Iterator[Postgres]:
    """A PostgreSQL of this pytest process; `postgres.create_database(name)` gives a URL."""
    with tempfile.TemporaryDirectory(prefix="dealstream-") as folder:
        Path(folder).chmod(0o711)  # the server may run as another account
        server = Postgres(Path(folder), reaper)
        yield server
        server.kill()


@pytest.fixture(scope="session")
def kafka_broker(reaper: Reaper, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kafka]:
    """A Kafka of this pytest process that may be stopped and started."""
    broker = Kafka(tmp_path_factory.mktemp("kafka"), reaper)
    yield broker
    broker.kill()


@pytest.fixture(scope="session")
def kafka(kafka_broker: Kafka) -> str:
    """Bootstrap servers of this pytest process's Kafka; use a topic prefix or names of your own."""
    return kafka_broker.bootstrap_servers


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The whole product, running; `stack.description` is what stack.json says."""
    with stack_in_a_new_folder() as product:
        product.up()
        yield product
