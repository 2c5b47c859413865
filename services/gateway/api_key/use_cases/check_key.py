"""Whether a key that was shown is one of ours: from memory for a few seconds, then from the database.

Must never break: the comparison takes the same time for a wrong secret and for a key that does not exist.
"""

from collections.abc import Callable
from datetime import datetime

from services.gateway.api_key import repository
from services.gateway.api_key.domain import StoredKey, secret_fits, split_key
from services.gateway.caller.domain import Credential
from services.gateway.partner.use_cases.keep_partners import is_active
from shared.contracts.errors import DomainError
from shared.persistence.database import Database

_MOST = 10_000
_WRONG = ("invalid_credentials", "The API key is not one of ours, or is closed.")


class KeyRing:
    """Keys by id; what is not found is remembered too, so that guessing costs no queries."""

    def __init__(
        self,
        database: Database,
        pepper: bytes,
        *,
        seconds: float,
        now: Callable[[], datetime],
        clock: Callable[[], float],
    ) -> None:
        self._database = database
        self._pepper = pepper
        self._seconds = seconds
        self._now = now
        self._clock = clock
        self._known: dict[str, tuple[float, StoredKey | None]] = {}

    async def credential(self, text: str) -> Credential:
        """Whom the key stands for. Refuses `invalid_credentials`."""
        parts = split_key(text)
        if parts is None:
            raise DomainError(*_WRONG)
        stored = await self.good(parts[0])
        if not secret_fits(stored, self._pepper, *parts) or stored is None:
            raise DomainError(*_WRONG)
        return Credential("partner", stored.partner_id, key_id=stored.key_id)

    async def good(self, key_id: str) -> StoredKey | None:
        """The key, if it opens anything right now."""
        known = self._known.get(key_id)
        if known is None or known[0] <= self._clock():
            known = (self._clock() + self._seconds, await self._load(key_id))
            if len(self._known) >= _MOST:
                self._known.pop(next(iter(self._known)))
            self._known[key_id] = known
        stored = known[1]
        return stored if stored is not None and stored.is_good(self._now()) else None

    def forget_all(self) -> None:
        """A key or a partner was changed here."""
        self._known.clear()

    async def _load(self, key_id: str) -> StoredKey | None:
        async with self._database.reading() as connection:
            found = await repository.find(connection, key_id, partner_active=True)
            if found is None:
                return None
            active = await is_active(connection, found.partner_id)
            await repository.note_use(connection, key_id, self._now())
            return await repository.find(connection, key_id, partner_active=bool(active))
