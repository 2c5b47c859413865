"""Rules of sessions. Times are aware UTC."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

REFRESH_LIFE = timedelta(days=14)
SESSION_LIFE = timedelta(days=30)


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


def new_refresh_token() -> str:
    """256 random bits as text."""
    return f"dsr_{secrets.token_urlsafe(32)}"


def token_hash(token: str) -> bytes:
    """What is stored instead of a random token. Fast on purpose: 256 random bits cannot be guessed."""
    return hashlib.sha256(token.encode()).digest()
