"""API keys and sign-in rules that need no database."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from services.gateway.api_key.domain import (
    ApiKeyError,
    StoredKey,
    make_key,
    require_room,
    secret_fits,
    split_key,
)
from services.gateway.session.domain import new_refresh_token
from services.gateway.sign_in.domain import Failures, account_hash

PEPPER = b"a pepper of sixteen bytes or more"
NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)


def a_stored_key() -> tuple[str, StoredKey]:
    made = make_key(PEPPER)
    stored = StoredKey(made.key_id, uuid4(), made.hash, frozenset({"partner_leads:write"}), None, None, True)
    return made.text, stored


def test_a_key_fits_what_was_stored_of_it() -> None:
    text, stored = a_stored_key()
    parts = split_key(text)

    assert parts is not None
    assert secret_fits(stored, PEPPER, *parts)


def test_another_secret_another_pepper_and_no_key_do_not_fit() -> None:
    text, stored = a_stored_key()
    key_id, secret = split_key(text) or ("", "")

    assert not secret_fits(stored, PEPPER, key_id, secret[:-1] + ("a" if secret[-1] != "a" else "b"))
    assert not secret_fits(stored, b"another pepper of sixteen bytes", key_id, secret)
    assert not secret_fits(None, PEPPER, key_id, secret)


def test_what_is_stored_does_not_hold_the_secret() -> None:
    text, stored = a_stored_key()

    assert text.rsplit("_", 1)[-1] not in repr(stored)


@pytest.mark.parametrize("text", ["", "dsk_", "dsk_zz_abc", "Bearer x", "dsk_0123456789abcdef_short"])
def test_a_malformed_key_is_not_looked_up(text: str) -> None:
    assert split_key(text) is None


def test_an_expired_or_revoked_key_or_an_inactive_partner_is_no_good() -> None:
    _, stored = a_stored_key()

    assert stored.is_good(NOW)
    assert not replace(stored, expires_at=NOW).is_good(NOW)
    assert not replace(stored, revoked_at=NOW - timedelta(seconds=1)).is_good(NOW)
    assert not replace(stored, partner_active=False).is_good(NOW)


def test_a_third_active_key_is_refused() -> None:
    require_room(1)
    with pytest.raises(ApiKeyError) as refusal:
        require_room(2)

    assert refusal.value.code == "too_many_keys"


def test_the_first_five_failures_cost_no_wait_and_then_it_doubles() -> None:
    waits = [(Failures(count, NOW).next_try_at() - NOW).total_seconds() for count in (1, 4, 5, 6, 7, 10, 50)]

    assert waits == [0, 0, 1, 2, 4, 32, 900]


def test_failures_are_kept_without_the_name() -> None:
    assert account_hash(" Rep@Example.com ", "10.0.0.1") == account_hash("rep@example.com", "10.0.0.1")
    assert account_hash("rep@example.com", "10.0.0.1") != account_hash("rep@example.com", "10.0.0.2")
    assert b"rep" not in account_hash("rep@example.com", "10.0.0.1")


def test_refresh_tokens_are_never_alike() -> None:
    assert len({new_refresh_token() for _ in range(100)}) == 100
