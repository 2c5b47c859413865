"""Passwords and signing keys of one local stack: made once, kept in a file only its owner reads."""

import json
import secrets
from collections.abc import Mapping
from pathlib import Path

from deploy.local.files import read_json, write_json
from deploy.local.settings import SERVICES

RANDOM = (
    "postgres_password",
    *(f"{service}_password" for service in SERVICES),
    "cursor_secret",
    "api_key_pepper",
)
KEY_PAIRS = ("internal_token", "access_token")


def ensure_secrets(file: Path) -> dict[str, str]:
    """The stack's secrets; what is missing in the file is made and added, nothing is ever replaced."""
    kept: dict[str, str] = read_json(file)
    secret = dict(kept)
    for name in RANDOM:
        secret.setdefault(name, secrets.token_urlsafe(32))
    for name in KEY_PAIRS:
        if f"{name}_private_key" not in secret:
            secret |= _key_pair(name)
    if secret != kept:
        write_json(file, secret, mode=0o600)
    return secret


def checking_settings(secret: Mapping[str, str]) -> dict[str, str]:
    """Settings every process gets: enough to check what another one signed, and to sign cursors."""
    public_keys = {secret["internal_token_key_id"]: secret["internal_token_public_key"]}
    return {
        "INTERNAL_TOKEN_PUBLIC_KEYS": json.dumps(public_keys),
        "CURSOR_SECRET": secret["cursor_secret"],
    }


def signing_settings(secret: Mapping[str, str]) -> dict[str, str]:
    """Settings only the gateway gets: it alone signs tokens and knows the pepper of API keys."""
    return {
        "INTERNAL_TOKEN_PRIVATE_KEY": secret["internal_token_private_key"],
        "INTERNAL_TOKEN_KEY_ID": secret["internal_token_key_id"],
        "ACCESS_TOKEN_PRIVATE_KEY": secret["access_token_private_key"],
        "API_KEY_PEPPER": secret["api_key_pepper"],
    }


def _key_pair(name: str) -> dict[str, str]:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return {
        f"{name}_private_key": private.decode(),
        f"{name}_public_key": public.decode(),
        f"{name}_key_id": f"local-{secrets.token_hex(4)}",
    }
