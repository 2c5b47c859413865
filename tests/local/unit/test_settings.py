"""What a person may choose about a local stack."""

from pathlib import Path

import pytest

from deploy.local.errors import StackError
from deploy.local.product import Product
from deploy.local.settings import ROOT, SERVICES, database_variable, read_settings

SECRET = {
    "postgres_password": "p",
    "cursor_secret": "c",
    "api_key_pepper": "a",
    "internal_token_key_id": "k",
    "internal_token_private_key": "private",
    "internal_token_public_key": "public",
    "access_token_private_key": "private",
    **{f"{service}_password": f"secret-of-{service}" for service in SERVICES},
}
OWN_DATABASES = {database_variable(service): f"postgresql://elsewhere/{service}" for service in SERVICES}


def test_without_choices_everything_is_embedded_and_lies_in_the_repository() -> None:
    settings = read_settings({})

    assert settings.state == ROOT / ".local"
    assert settings.ports.base == 8080
    assert settings.has_own_postgres
    assert settings.has_own_kafka


def test_two_stacks_lie_side_by_side(tmp_path: Path) -> None:
    settings = read_settings({"STATE_DIR": str(tmp_path), "PORT_BASE": "9100"})

    assert settings.stack_file == tmp_path / "stack.json"
    assert settings.ports.of("postgres") == 9108


def test_databases_of_ones_own_replace_the_embedded_ones() -> None:
    settings = read_settings(OWN_DATABASES)

    assert not settings.has_own_postgres
    assert Product(settings, SECRET).database_urls()["leads"] == "postgresql://elsewhere/leads"
    assert all(purpose != "PostgreSQL" for _, purpose in Product(settings, SECRET).wanted_ports())


def test_some_databases_of_ones_own_and_others_not_is_refused_by_name() -> None:
    with pytest.raises(StackError, match="FORECAST_DATABASE_URL"):
        read_settings({key: url for key, url in OWN_DATABASES.items() if key != "FORECAST_DATABASE_URL"})


def test_a_broker_of_ones_own_replaces_the_embedded_one() -> None:
    product = Product(read_settings({"KAFKA_BOOTSTRAP_SERVERS": "broker:9092"}), SECRET)

    assert product.common_environment()["KAFKA_BOOTSTRAP_SERVERS"] == "broker:9092"
    assert not any("Kafka" in purpose for _, purpose in product.wanted_ports())


def test_a_port_base_that_is_no_number_is_refused() -> None:
    with pytest.raises(StackError, match="PORT_BASE"):
        read_settings({"PORT_BASE": "eighty"})


@pytest.mark.parametrize("service", ["leads", "pipeline", "forecast"])
def test_a_service_gets_its_own_database_and_no_signing_key(service: str) -> None:
    environment = Product(read_settings({}), SECRET).environment_of(service)

    assert [name for name in environment if name.endswith("_DATABASE_URL")] == [database_variable(service)]
    assert not any("PRIVATE" in name or "PEPPER" in name for name in environment)


def test_the_gateway_gets_the_signing_keys() -> None:
    environment = Product(read_settings({}), SECRET).environment_of("gateway")

    assert {"INTERNAL_TOKEN_PRIVATE_KEY", "ACCESS_TOKEN_PRIVATE_KEY", "API_KEY_PEPPER"} <= environment.keys()
