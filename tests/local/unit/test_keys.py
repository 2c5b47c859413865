"""Secrets of one local stack."""

import json
from pathlib import Path

import jwt

from deploy.local.files import read_json, write_json
from deploy.local.keys import checking_settings, ensure_secrets, signing_settings


def test_only_the_owner_reads_the_secrets(tmp_path: Path) -> None:
    ensure_secrets(tmp_path / "secrets.json")

    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_a_second_start_uses_the_same_secrets(tmp_path: Path) -> None:
    first = ensure_secrets(tmp_path / "secrets.json")

    assert ensure_secrets(tmp_path / "secrets.json") == first


def test_a_secret_that_is_missing_is_added_and_the_others_stay(tmp_path: Path) -> None:
    file = tmp_path / "secrets.json"
    first = ensure_secrets(file)
    write_json(file, {name: value for name, value in read_json(file).items() if name != "cursor_secret"})

    second = ensure_secrets(file)

    assert second["cursor_secret"] != first["cursor_secret"]
    assert second["leads_password"] == first["leads_password"]


def test_what_the_gateway_signs_every_service_can_check(tmp_path: Path) -> None:
    secret = ensure_secrets(tmp_path / "secrets.json")
    signing, checking = signing_settings(secret), checking_settings(secret)

    token = jwt.encode({"sub": "somebody"}, signing["INTERNAL_TOKEN_PRIVATE_KEY"], algorithm="EdDSA")
    public_key = json.loads(checking["INTERNAL_TOKEN_PUBLIC_KEYS"])[signing["INTERNAL_TOKEN_KEY_ID"]]

    assert jwt.decode(token, public_key, algorithms=["EdDSA"]) == {"sub": "somebody"}
