"""Rules of sessions and of failed tries. Times are aware UTC."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

ACCESS_LIFE = timedelta(minutes=10)
REFRESH_LIFE = timedelta(days=14)
SESSION_LIFE = timedelta(days=30)
_FREE_TRIES = 5
_LONGEST_PAUSE = timedelta(minutes=15)
FORGOTTEN_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Session:
    """One sign-in of a member on one device. Its refresh tokens are one family."""

    id: UUID
    member_id: UUID
    started_at: datetime
    ended_at: datetime | None

    def is_good(self, now: datetime) -> bool:
        """Neither ended nor older than 30 days."""
        return self.ended_at is None and now < self.started_at + SESSION_LIFE


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """What is kept of a refresh token."""

    session_id: UUID
    expires_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Failures:
    """Failed tries of one account from one address in the last hour."""

    count: int
    last_at: datetime

    def next_try_at(self) -> datetime:
        """Free up to the fifth; then 1 s, 2 s, 4 s and so on up to 15 minutes after the last one."""
        if self.count < _FREE_TRIES:
            return self.last_at
        doublings = min(self.count - _FREE_TRIES, 20)
        return self.last_at + min(timedelta(seconds=2**doublings), _LONGEST_PAUSE)


def new_refresh_token() -> str:
    """256 random bits as text."""
    return f"dsr_{secrets.token_urlsafe(32)}"


def token_hash(token: str) -> bytes:
    """What is stored instead of a random token. Fast on purpose: 256 random bits cannot be guessed."""
    return hashlib.sha256(token.encode()).digest()


def account_hash(name: str, address: str) -> bytes:
    """Names an account and an address in the list of failures without keeping either."""
    return hashlib.sha256(f"{name.strip().casefold()}\0{address}".encode()).digest()
