"""Settings and keys of a gateway under test, made once per process."""

import json
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from services.gateway.settings import GatewaySettings

PEPPER = "a pepper only for tests"


@cache
def key_pair() -> tuple[str, str]:
    """Private and public PEM of an Ed25519 key."""
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    return private, public


def gateway_settings(database_url: str, **changed: Any) -> GatewaySettings:
    """Settings with which `create_app` works; `changed` replaces single ones."""
    private, public = key_pair()
    unreachable = "http://127.0.0.1:9"
    given: dict[str, Any] = {
        "gateway_database_url": database_url,
        "leads_url": unreachable,
        "pipeline_url": unreachable,
        "forecast_url": unreachable,
        "internal_token_private_key": private,
        "internal_token_key_id": "test",
        "internal_token_public_keys": {"test": public},
        "access_token_private_key": private,
        "api_key_pepper": PEPPER,
        "cursor_secret": "a cursor secret only for tests",
        "database_pool_size": 5,
        "log_level": "WARNING",
    }
    return GatewaySettings(**(given | changed))


def environment(database_url: str) -> dict[str, str]:
    """The same as environment variables, for a process."""
    private, public = key_pair()
    unreachable = "http://127.0.0.1:9"
    return {
        "GATEWAY_DATABASE_URL": database_url,
        **dict.fromkeys(("LEADS_URL", "PIPELINE_URL", "FORECAST_URL"), unreachable),
        "INTERNAL_TOKEN_PRIVATE_KEY": private,
        "INTERNAL_TOKEN_KEY_ID": "test",
        "INTERNAL_TOKEN_PUBLIC_KEYS": json.dumps({"test": public}),
        "ACCESS_TOKEN_PRIVATE_KEY": private,
        "API_KEY_PEPPER": PEPPER,
        "CURSOR_SECRET": "a cursor secret only for tests",
    }
