"""API keys: `dsk_<id>_<secret>`. The id is public; of the secret only an HMAC with the pepper is kept."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.errors import DomainError

MOST_ACTIVE = 2
_FORM = re.compile(r"dsk_([0-9a-f]{16})_([0-9A-Za-z]{43})\Z")
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class ApiKeyError(DomainError):
    """An API key could not be made or changed."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made: the one time its text is known."""

    key_id: str
    text: str
    hash: bytes


@dataclass(frozen=True, slots=True)
class StoredKey:
    """What is kept of a key, with the state of the partner it belongs to."""

    key_id: str
    partner_id: UUID
    hash: bytes
    permissions: frozenset[str]
    expires_at: datetime | None
    revoked_at: datetime | None
    partner_active: bool

    def is_good(self, now: datetime) -> bool:
        """Not revoked, not expired, and its partner is active."""
        alive = self.expires_at is None or now < self.expires_at
        return alive and self.revoked_at is None and self.partner_active


def make_key(pepper: bytes) -> NewKey:
    """A fresh random key: 16 hexadecimal digits of id, 256 bits of secret."""
    key_id = secrets.token_hex(8)
    secret = "".join(secrets.choice(_ALPHABET) for _ in range(43))
    return NewKey(key_id, f"dsk_{key_id}_{secret}", key_hash(pepper, key_id, secret))


def split_key(text: str) -> tuple[str, str] | None:
    """Id and secret of a well-formed key, else None."""
    match = _FORM.match(text)
    return None if match is None else (match[1], match[2])


def key_hash(pepper: bytes, key_id: str, secret: str) -> bytes:
    """HMAC-SHA256 over id and secret: a stolen table is of no use without the pepper."""
    return hmac.digest(pepper, f"{key_id}.{secret}".encode(), hashlib.sha256)


def secret_fits(stored: StoredKey | None, pepper: bytes, key_id: str, secret: str) -> bool:
    """Constant time, the same for a key that does not exist."""
    given = key_hash(pepper, key_id, secret)
    expected = stored.hash if stored is not None else b"\0" * 32
    return hmac.compare_digest(given, expected) and stored is not None


def require_room(active_keys: int) -> None:
    """Refuse a third active key: two are enough to change one without an interruption."""
    if active_keys >= MOST_ACTIVE:
        raise ApiKeyError(
            "too_many_keys", f"A partner has at most {MOST_ACTIVE} active keys; revoke one first."
        )
