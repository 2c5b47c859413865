"""Dealstream's own processes: their commands, settings and order. The table everything else follows."""

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from deploy.local import keys, probe
from deploy.local.files import read_json, write_json
from deploy.local.jars import STORE, ensure_jars, is_complete
from deploy.local.kafka import KafkaBroker
from deploy.local.ports import LOOPBACK
from deploy.local.postgres import PostgresServer, server_in
from deploy.local.processes import Program
from deploy.local.progress import step
from deploy.local.settings import ROOT, SERVICES, StackSettings, database_variable
from deploy.local.supervisor import Supervisor, together

# Here one person measures and tries things out; the gateway's own limits are for many callers.
UNHURRIED = '{"member": "600000/60", "partner": "600000/60"}'
DATABASE_STAGE, BROKER_STAGE, API_STAGE, WORKER_STAGE, GATEWAY_STAGE = range(5)


@dataclass(frozen=True, slots=True)
class Product:
    """One stack of the product: settings in, programs and their environments out."""

    settings: StackSettings
    secret: Mapping[str, str]

    @property
    def postgres(self) -> PostgresServer:
        return server_in(
            self.settings.state,
            port=self.settings.ports.of("postgres"),
            superuser_password=self.secret["postgres_password"],
        )

    @property
    def kafka(self) -> KafkaBroker:
        ports = self.settings.ports
        return KafkaBroker(self.settings.state / "kafka", ports.of("kafka"), ports.of("kafka-controller"))

    def database_urls(self) -> dict[str, str]:
        """Where each service's database is, with the password of its role."""
        if self.settings.external_databases:
            return dict(self.settings.external_databases)
        server = f"{LOOPBACK}:{self.settings.ports.of('postgres')}"
        return {
            service: f"postgresql://{service}:{self.secret[f'{service}_password']}@{server}/{service}"
            for service in SERVICES
        }

    def bootstrap_servers(self) -> str:
        return self.settings.external_kafka or f"{LOOPBACK}:{self.settings.ports.of('kafka')}"

    def environment_of(self, service: str) -> dict[str, str]:
        """The settings of one service's processes; only the gateway's hold signing keys."""
        own = {database_variable(service): self.database_urls()[service]}
        if service == "gateway":
            own |= keys.signing_settings(self.secret) | {
                "RATE_LIMITS": os.environ.get("RATE_LIMITS", UNHURRIED)
            }
        return self.common_environment() | own

    def administration_environment(self) -> dict[str, str]:
        """The settings of migrations and `make mend`: every database."""
        databases = {database_variable(service): url for service, url in self.database_urls().items()}
        return self.common_environment() | databases

    def common_environment(self) -> dict[str, str]:
        """The settings every process has."""
        addresses = {f"{service.upper()}_URL": self.settings.ports.url(service) for service in SERVICES}
        return {
            "PYTHONUNBUFFERED": "1",
            # Compiled code is kept, or every process compiles everything as it starts.
            "PYTHONDONTWRITEBYTECODE": "",
            "MALLOC_ARENA_MAX": "2",
            "DATABASE_POOL_SIZE": os.environ.get("DATABASE_POOL_SIZE", "6"),
            "STATE_DIR": str(self.settings.state),
            "PORT_BASE": str(self.settings.ports.base),
            "KAFKA_BOOTSTRAP_SERVERS": self.bootstrap_servers(),
            **addresses,
            **keys.checking_settings(self.secret),
        }

    def postgres_program(self) -> Program:
        server = self.postgres

        async def ready() -> bool:
            return await asyncio.to_thread(server.answers)

        return Program(
            name="postgres",
            purpose="PostgreSQL",
            command=tuple(server.command()),
            stage=DATABASE_STAGE,
            ready=ready,
            port=server.port,
            stop_signal=2,
            uid=server.uid,
            gid=server.gid,
        )

    def kafka_program(self) -> Program:
        broker = self.kafka

        async def ready() -> bool:
            return await asyncio.to_thread(broker.answers)

        return Program(
            name="kafka",
            purpose="Kafka",
            command=tuple(broker.command()),
            stage=BROKER_STAGE,
            ready=ready,
            port=broker.port,
        )

    def api_program(self, service: str) -> Program:
        port = self.settings.ports.of(service)
        serve = (
            *(sys.executable, "-m", "uvicorn", f"services.{service}.app:create_app", "--factory"),
            *("--host", LOOPBACK, "--port", str(port), "--loop", "uvloop", "--http", "httptools"),
            *("--no-access-log", "--timeout-graceful-shutdown", "5"),
        )
        return Program(
            name=service,
            purpose=f"API of {service}",
            command=serve,
            stage=GATEWAY_STAGE if service == "gateway" else API_STAGE,
            ready=lambda: probe.is_ready(port),
            port=port,
            environment=self.environment_of(service),
            folder=ROOT,
        )

    def worker_program(self, service: str) -> Program:
        port = self.settings.ports.of(f"{service}-worker")
        return Program(
            name=f"{service}-worker",
            purpose=f"worker of {service}",
            command=(sys.executable, "-m", f"services.{service}.worker"),
            stage=WORKER_STAGE,
            ready=lambda: probe.is_ready(port),
            port=port,
            # Static membership: a worker that was killed gets its partitions back when it is up again.
            environment=self.environment_of(service)
            | {"WORKER_PORT": str(port), "KAFKA_GROUP_INSTANCE_ID": f"{service}-worker"},
            folder=ROOT,
            stop_within=15.0,
        )

    def service_programs(self) -> list[Program]:
        """The APIs and workers, in the order they are shown."""
        return [*self.api_programs(), *self.worker_programs()]

    def api_programs(self) -> list[Program]:
        """What answers requests."""
        return [self.api_program(service) for service in SERVICES]

    def worker_programs(self) -> list[Program]:
        """What moves facts from service to service."""
        return [self.worker_program(service) for service in SERVICES]

    def wanted_ports(self) -> list[tuple[int, str]]:
        """Every port that will be listened on, and for what."""
        ports = self.settings.ports
        wanted = [(program.port or 0, program.purpose) for program in self.service_programs()]
        if self.settings.has_own_postgres:
            wanted.append((ports.of("postgres"), "PostgreSQL"))
        if self.settings.has_own_kafka:
            wanted.append((ports.of("kafka"), "Kafka"))
            wanted.append((ports.of("kafka-controller"), "Kafka's controller"))
        return sorted(wanted)

    async def bring_up(self, supervisor: Supervisor) -> None:
        """Start everything in order; return when every process is ready and stack.json is written.

        An API needs its database only, so the APIs start while Kafka still does.
        """
        supervisor.require_ports(self.wanted_ports())
        databases = asyncio.ensure_future(self._databases(supervisor))
        broker = asyncio.ensure_future(self._broker(supervisor))

        async def apis() -> None:
            await databases
            await supervisor.start_together(self.api_programs())

        async def workers() -> None:
            await together(databases, broker)
            await supervisor.start_together(self.worker_programs())

        await together(databases, broker, apis(), workers())
        await self._demo_organisation(supervisor)
        write_json(self.settings.stack_file, self.stack_description())

    async def _databases(self, supervisor: Supervisor) -> None:
        if self.settings.has_own_postgres:
            server = self.postgres
            if not server.data.is_relative_to(self.settings.state):
                supervisor.progress.note(
                    f"       PostgreSQL's account cannot enter here: data in {server.data}"
                )
            with step(supervisor.progress, "PostgreSQL's data directory"):
                await asyncio.to_thread(server.prepare)
            await supervisor.start(self.postgres_program())
            with step(supervisor.progress, "databases and roles"):
                await together(*(self._database(server, service) for service in SERVICES))
        everything = self.administration_environment()
        await self._run_module(
            supervisor, "migrations", "shared.persistence.migrate", *SERVICES, more=everything
        )

    async def _database(self, server: PostgresServer, service: str) -> None:
        password = self.secret[f"{service}_password"]
        await asyncio.to_thread(server.ensure_database, service, owner=service, password=password)

    async def _broker(self, supervisor: Supervisor) -> None:
        if self.settings.has_own_kafka:
            if not is_complete(STORE):
                with step(supervisor.progress, "fetching Kafka, once (45 MB)"):
                    await asyncio.to_thread(ensure_jars)
            with step(supervisor.progress, "Kafka's data directory"):
                await asyncio.to_thread(self.kafka.prepare)
            await supervisor.start(self.kafka_program())
        await self._run_module(supervisor, "topics", "shared.messaging.admin", more=self.common_environment())

    async def _demo_organisation(self, supervisor: Supervisor) -> None:
        if self.settings.demo_file.exists():
            return
        await self._run_module(
            supervisor,
            "demo organisation",
            "deploy.demo.found",
            more=self.environment_of("gateway"),
        )

    async def _run_module(
        self, supervisor: Supervisor, name: str, module: str, *arguments: str, more: Mapping[str, str]
    ) -> None:
        """Run one of our modules to its end as a step."""
        with step(supervisor.progress, name):
            command = [sys.executable, "-m", module, *arguments]
            await supervisor.run_once(name.replace(" ", "-"), command, more)

    def stack_description(self) -> dict[str, object]:
        """What tools and tests need to use the stack."""
        ports = self.settings.ports
        demo = read_json(self.settings.demo_file)
        return {
            "gateway_url": ports.url("gateway"),
            "services": {
                name: {"url": ports.url(name), "metrics_url": f"{ports.url(name)}/metrics"}
                for service in SERVICES
                for name in (service, f"{service}-worker")
            },
            "databases": self.database_urls(),
            "kafka_bootstrap_servers": self.bootstrap_servers(),
            "users": demo.get("users", {}),
            "partner": demo.get("partner", {}),
        }


def load_product(settings: StackSettings) -> Product:
    """The product of this state folder, its secrets made on first use."""
    return Product(settings, keys.ensure_secrets(settings.secrets_file))
