"""Where Kafka is and how to speak to it, from KAFKA_* variables.

Must never break: producers wait for all in-sync replicas, consumers start at the earliest message.
"""

import ssl
import sys
from typing import Any, Literal, Self

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

_MIB = 1024 * 1024


class KafkaSettings(BaseSettings):
    """`topic_prefix` comes before every topic and group name; `group_instance_id` makes membership static.

    The lingers are how far apart turns start that have little to do: a few milliseconds of delay under a
    steady trickle for a fraction of the work. 0 turns them off; what comes after a silence never waits.
    """

    model_config = SettingsConfigDict(env_prefix="KAFKA_", env_ignore_empty=True)

    bootstrap_servers: str
    security_protocol: Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"] = "PLAINTEXT"
    sasl_mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] = "PLAIN"
    sasl_username: str | None = None
    sasl_password: SecretStr | None = None
    ssl_cafile: str | None = None
    topic_prefix: str = ""
    replication_factor: int = 1
    retention_days: int = 14
    group_instance_id: str | None = None
    session_timeout_ms: int = 10_000
    consumer_linger_ms: int = Field(default=20, ge=0, le=1_000)
    relay_linger_ms: int = Field(default=20, ge=0, le=1_000)

    @classmethod
    def load(cls) -> Self:
        """Read the environment; on trouble print one line per variable to standard error and exit 2."""
        try:
            return cls()
        except ValidationError as error:
            for finding in error.errors(include_input=False, include_url=False):
                name = str(finding["loc"][0]).upper().removeprefix("KAFKA_")
                reason = "is not set" if finding["type"] == "missing" else f"is wrong: {finding['msg']}"
                print(f"environment variable KAFKA_{name} {reason}", file=sys.stderr)
            raise SystemExit(2) from None

    def topic(self, name: str) -> str:
        """The name on the broker of a topic of the catalogue."""
        return f"{self.topic_prefix}{name}"

    def name_of(self, topic: str) -> str:
        """The catalogue's name of a topic on the broker."""
        return topic.removeprefix(self.topic_prefix)

    def dead_letter_topic(self, service: str) -> str:
        """Where `service` puts what it cannot read (name on the broker)."""
        return self.topic(f"{service}.dead_letter")

    def client_options(self) -> dict[str, Any]:
        """Arguments every aiokafka client takes."""
        options: dict[str, Any] = {
            "bootstrap_servers": self.bootstrap_servers,
            "security_protocol": self.security_protocol,
        }
        if self.security_protocol.endswith("SSL"):
            options["ssl_context"] = ssl.create_default_context(cafile=self.ssl_cafile)
        if self.security_protocol.startswith("SASL"):
            password = self.sasl_password.get_secret_value() if self.sasl_password else None
            options |= {
                "sasl_mechanism": self.sasl_mechanism,
                "sasl_plain_username": self.sasl_username,
                "sasl_plain_password": password,
            }
        return options

    def producer(self, client_id: str) -> AIOKafkaProducer:
        """Idempotent and waiting for all replicas, neither of which is the library's default."""
        return AIOKafkaProducer(
            **self.client_options(),
            client_id=client_id,
            enable_idempotence=True,
            acks="all",
            linger_ms=2,
            compression_type="lz4",
            max_batch_size=256 * 1024,
            request_timeout_ms=15_000,
        )

    def consumer(self, client_id: str, *, group: str) -> AIOKafkaConsumer:
        """Commits nothing by itself and starts a new group at the earliest message."""
        return AIOKafkaConsumer(
            **self.client_options(),
            client_id=client_id,
            group_id=group,
            group_instance_id=self.group_instance_id,
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
            partition_assignment_strategy=[StickyPartitionAssignor],
            session_timeout_ms=self.session_timeout_ms,
            heartbeat_interval_ms=max(500, self.session_timeout_ms // 4),
            max_partition_fetch_bytes=2 * _MIB,
            fetch_max_wait_ms=250,
            metadata_max_age_ms=60_000,
        )
