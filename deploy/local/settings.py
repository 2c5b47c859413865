"""What a person may choose about a local stack: where it lies, its ports, parts of their own."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.local.errors import StackError
from deploy.local.ports import DEFAULT_BASE, PortMap

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ("gateway", "leads", "pipeline", "forecast")


@dataclass(frozen=True, slots=True)
class StackSettings:
    """The choices for one stack; everything it writes lies below `state`."""

    state: Path
    ports: PortMap
    external_databases: Mapping[str, str]
    external_kafka: str | None

    @property
    def logs(self) -> Path:
        return self.state / "logs"

    @property
    def stack_file(self) -> Path:
        return self.state / "stack.json"

    @property
    def processes_file(self) -> Path:
        return self.state / "processes.json"

    @property
    def lock_file(self) -> Path:
        return self.state / "supervisor.lock"

    @property
    def secrets_file(self) -> Path:
        return self.state / "secrets.json"

    @property
    def demo_file(self) -> Path:
        return self.state / "demo.json"

    @property
    def has_own_postgres(self) -> bool:
        return not self.external_databases

    @property
    def has_own_kafka(self) -> bool:
        return self.external_kafka is None


def read_settings(environment: Mapping[str, str] = os.environ) -> StackSettings:
    """The choices in STATE_DIR, PORT_BASE, <SERVICE>_DATABASE_URL and KAFKA_BOOTSTRAP_SERVERS."""
    return StackSettings(
        state=(ROOT / (environment.get("STATE_DIR") or ".local")).resolve(),
        ports=PortMap(_port_base(environment.get("PORT_BASE") or str(DEFAULT_BASE))),
        external_databases=_external_databases(environment),
        external_kafka=environment.get("KAFKA_BOOTSTRAP_SERVERS") or None,
    )


def database_variable(service: str) -> str:
    """The name of the setting that holds a service's database URL."""
    return f"{service.upper()}_DATABASE_URL"


def _port_base(text: str) -> int:
    if not text.isdecimal():
        raise StackError(f"PORT_BASE must be a port number, not {text!r}.")
    return int(text)


def _external_databases(environment: Mapping[str, str]) -> dict[str, str]:
    urls = {service: environment.get(database_variable(service)) or "" for service in SERVICES}
    missing = [database_variable(service) for service, url in urls.items() if not url]
    if len(missing) == len(SERVICES):
        return {}
    if missing:
        raise StackError(
            f"Some databases are given and others not: {', '.join(missing)} missing. "
            "Set all of them to use your own PostgreSQL, or none to use the embedded one."
        )
    return urls
