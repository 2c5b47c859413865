"""Real servers for tests: a PostgreSQL, a Kafka, or the whole product, each in a folder of its own.

Every pytest process (xdist worker) has its own; a reaper stops them even when pytest is killed.
"""

import itertools
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from deploy.local.files import last_lines
from deploy.local.jars import ensure_jars
from deploy.local.kafka import KafkaBroker
from deploy.local.ports import free_port
from deploy.local.postgres import FAST_AND_FORGETFUL, SETTINGS, PostgresServer, server_in
from deploy.local.reaper import Reaper
from deploy.local.system_user import Account
from tests.support.product import Stack, stack_in_a_new_folder
from tests.support.waiting import HANG_SECONDS, eventually, lives

OWNER, PASSWORD = "dealstream", "only-for-tests"
START_SECONDS = 300.0


class Server:
    """A server program that a test may take away for a while; its data stay. `answers`: it can be used."""

    def __init__(
        self,
        command: list[str],
        log: Path,
        reaper: Reaper,
        *,
        answers: Callable[[], bool],
        stop_signal: int = signal.SIGTERM,
        account: Account | None = None,
    ) -> None:
        self._command, self._log, self._reaper = command, log, reaper
        self._answers, self._stop_signal, self._account = answers, stop_signal, account
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Return when it answers."""
        with self._log.open("ab") as log:
            process = subprocess.Popen(
                self._command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd="/",
                user=None if self._account is None else self._account.uid,
                group=None if self._account is None else self._account.gid,
            )
        self._process = process
        self._reaper.watch(process.pid, self._stop_signal)
        eventually(lambda: self._answers() or process.poll() is not None, within=START_SECONDS)
        assert process.poll() is None, f"it ended while starting:\n{last_lines(self._log)}"

    def kill(self) -> None:
        """End it as a crash would."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """Kill it and start it again."""
        self.kill()
        self.start()

    @contextmanager
    def killed(self) -> Iterator[None]:
        """Killed inside, running again afterwards."""
        with self._ended(signal.SIGKILL):
            yield

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Cleanly stopped inside, running again afterwards."""
        with self._ended(self._stop_signal):
            yield

    @contextmanager
    def _ended(self, number: int) -> Iterator[None]:
        self._end(number)
        try:
            yield
        finally:
            self.start()

    def _end(self, number: int) -> None:
        """With its children: those live on for a while when their parent is killed, and answer."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        children = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(number)
        process.wait(timeout=HANG_SECONDS)
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.kill()
        eventually(lambda: not any(lives(child.pid) for child in children))
        self._reaper.forget(process.pid)


class Postgres(Server):
    """A PostgreSQL server with an ordinary role that owns every database a test asks for."""

    def __init__(self, folder: Path, reaper: Reaper) -> None:
        self.server: PostgresServer = server_in(
            folder,
            port=free_port(),
            superuser_password=PASSWORD,
            settings={**SETTINGS, **FAST_AND_FORGETFUL},
        )
        super().__init__(
            self.server.command(),
            folder / "postgres.log",
            reaper,
            answers=self.server.answers,
            stop_signal=signal.SIGINT,
            account=self.server.account,
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

    def superuser_url(self, url: str) -> str:
        """The same database for one who may do everything in it."""
        return self.server.url(url.rsplit("/", 1)[-1], password=PASSWORD)

    def drop_database(self, url: str) -> None:
        """Throw a database away, with whoever is still connected."""
        self.server.run_sql(f'DROP DATABASE IF EXISTS "{url.rsplit("/", 1)[-1]}" WITH (FORCE)')


class Kafka(Server):
    """A Kafka broker."""

    def __init__(self, folder: Path, reaper: Reaper) -> None:
        self.broker = KafkaBroker(folder, free_port(), free_port(), ensure_jars())
        super().__init__(self.broker.command(), folder / "kafka.log", reaper, answers=self.broker.answers)
        self.broker.prepare()
        self.start()

    @property
    def bootstrap_servers(self) -> str:
        return self.broker.bootstrap_servers


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
