"""Kafka behind TLS and a password: everything that speaks to it does so by the KAFKA_* settings."""

import ipaddress
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiokafka.errors import KafkaError
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from pydantic import SecretStr

from deploy.local.jars import ensure_jars
from deploy.local.kafka import KafkaBroker
from deploy.local.ports import free_port
from deploy.local.reaper import Reaper
from shared.contracts.catalogue import TOPICS
from shared.messaging.admin import ensure_topics
from shared.messaging.settings import KafkaSettings
from tests.support.stack import Server

USER, PASSWORD = "dealstream", "only-for-tests"
LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule required"


@dataclass(frozen=True, slots=True)
class GuardedBroker(KafkaBroker):
    """The embedded broker with a certificate and one user."""

    def properties(self) -> dict[str, str]:
        jaas = f'{LOGIN} username="{USER}" password="{PASSWORD}" user_{USER}="{PASSWORD}";'
        open_ones = KafkaBroker.properties(self)
        guarded = {
            name: value.replace("PLAINTEXT:PLAINTEXT,", "SASL_SSL:SASL_SSL,").replace(
                "PLAINTEXT://", "SASL_SSL://"
            )
            for name, value in open_ones.items()
        }
        return guarded | {
            "inter.broker.listener.name": "SASL_SSL",
            "sasl.enabled.mechanisms": "PLAIN",
            "sasl.mechanism.inter.broker.protocol": "PLAIN",
            "listener.name.sasl_ssl.plain.sasl.jaas.config": jaas,
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(self.folder / "broker.pem"),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(self.folder / "ca.pem"),
        }


@pytest.fixture(scope="module")
def guarded(reaper: Reaper, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GuardedBroker]:
    """A running broker that wants TLS and a password."""
    folder = tmp_path_factory.mktemp("guarded")
    write_certificate(folder)
    broker = GuardedBroker(folder, free_port(), free_port(), ensure_jars())
    broker.prepare()
    server = Server(broker.command(), folder / "kafka.log", reaper, answers=broker.answers)
    server.start()
    yield broker
    server.kill()


async def test_topics_events_and_offsets_pass_through_tls_with_a_password(guarded: GuardedBroker) -> None:
    kafka = settings_of(guarded, PASSWORD)

    created = await ensure_topics(kafka)
    producer = kafka.producer("test")
    async with producer:
        await producer.send_and_wait("leads.lead", b"value", key=b"key")
    consumer = kafka.consumer("test", group="test")
    consumer.subscribe(["leads.lead"])
    async with consumer:
        record = await consumer.getone()
        await consumer.commit()

    assert set(created) >= set(TOPICS)
    assert (record.key, record.value) == (b"key", b"value")


async def test_a_wrong_password_is_refused(guarded: GuardedBroker) -> None:
    with pytest.raises(KafkaError):
        await ensure_topics(settings_of(guarded, "wrong"))


async def test_a_broker_of_an_unknown_authority_is_not_spoken_to(guarded: GuardedBroker) -> None:
    trusting_others = settings_of(guarded, PASSWORD).model_copy(update={"ssl_cafile": None})

    with pytest.raises(KafkaError):
        await ensure_topics(trusting_others)


def settings_of(broker: GuardedBroker, password: str) -> KafkaSettings:
    return KafkaSettings(
        bootstrap_servers=broker.bootstrap_servers,
        security_protocol="SASL_SSL",
        sasl_username=USER,
        sasl_password=SecretStr(password),
        ssl_cafile=str(broker.folder / "ca.pem"),
    )


def write_certificate(folder: Path) -> None:
    """A certificate for the loopback address that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kafka")])
    now = datetime.now(UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    chain = certificate.public_bytes(Encoding.PEM)
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "ca.pem").write_bytes(chain)
    (folder / "broker.pem").write_bytes(private + chain)
