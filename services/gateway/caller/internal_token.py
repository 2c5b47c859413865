"""The signed identity that goes to the services, the same text for a minute, so that they verify it once."""

from collections.abc import Callable
from datetime import datetime, timedelta

from shared.contracts.identity import Identity
from shared.web.identity import SigningKey, sign_identity

_REUSED = timedelta(seconds=60)
_MOST = 50_000


class InternalTokens:
    """Signs identities; `now` is the clock."""

    def __init__(self, key: SigningKey, now: Callable[[], datetime]) -> None:
        self._key = key
        self._now = now
        self._signed: dict[Identity, tuple[datetime, str]] = {}

    def token_of(self, identity: Identity) -> str:
        """A token good for at least a minute from now."""
        now = self._now()
        known = self._signed.get(identity)
        if known is not None and known[0] > now:
            return known[1]
        if len(self._signed) >= _MOST:
            self._signed.pop(next(iter(self._signed)))
        token = sign_identity(identity, self._key, now=now)
        self._signed[identity] = (now + _REUSED, token)
        return token
