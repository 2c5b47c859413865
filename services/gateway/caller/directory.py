"""Remembers for a few seconds what a credential is good for, so that a request costs no query.

Must never break: a change made in this process is seen at once, one made elsewhere after the cache's seconds.
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

from services.gateway.caller.domain import CallerContext, Credential, Standing
from services.gateway.caller.internal_token import InternalTokens

Load = Callable[[Credential], Awaitable[Standing | None]]
_MOST = 50_000


class CallerDirectory:
    """`load` answers a credential's standing from the database; None when it is no longer good."""

    def __init__(
        self, load: Load, tokens: InternalTokens, *, seconds: float, clock: Callable[[], float]
    ) -> None:
        self._load = load
        self._tokens = tokens
        self._seconds = seconds
        self._clock = clock
        self._known: dict[Credential, tuple[float, CallerContext | None]] = {}
        self._changes = 0

    async def caller(self, credential: Credential) -> CallerContext | None:
        """The caller a credential stands for, or None: ended session, revoked key, inactive member."""
        known = self._known.get(credential)
        now = self._clock()
        if known is not None and known[0] > now:
            return known[1]
        changes = self._changes
        standing = await self._load(credential)
        caller = None
        if standing is not None:
            caller = CallerContext(credential, standing, self._tokens.token_of(standing.identity))
        if changes == self._changes:
            self._remember(credential, now + self._seconds, caller)
        return caller

    def forget(self, subject: UUID) -> None:
        """Something about this member or partner changed."""
        self._changes += 1
        for credential in [known for known in self._known if known.subject == subject]:
            del self._known[credential]

    def forget_all(self) -> None:
        """The tree of teams changed: anybody's subtree may be another."""
        self._changes += 1
        self._known.clear()

    def _remember(self, credential: Credential, until: float, caller: CallerContext | None) -> None:
        if len(self._known) >= _MOST:
            self._known.pop(next(iter(self._known)))
        self._known[credential] = (until, caller)
