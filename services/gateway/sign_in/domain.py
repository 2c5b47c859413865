"""Rules of access tokens' life and of failed tries. Times are aware UTC."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

ACCESS_LIFE = timedelta(minutes=10)
FORGOTTEN_AFTER = timedelta(hours=1)
_FREE_TRIES = 5
_LONGEST_PAUSE = timedelta(minutes=15)


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


def account_hash(name: str, address: str) -> bytes:
    """Names an account and an address in the list of failures without keeping either."""
    return hashlib.sha256(f"{name.strip().casefold()}\0{address}".encode()).digest()
