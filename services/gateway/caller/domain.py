"""A credential says who somebody is; a standing says what that somebody may do now."""

from dataclasses import dataclass, field
from typing import Literal
from uuid import UUID

from services.gateway.role.domain import PERMISSIONS, may
from shared.contracts.identity import Identity

VISITOR = Identity(sub="visitor", kind="service", role="visitor", scope="none")
"""Who calls without signing in, as services see it: somebody who may see no record."""


@dataclass(frozen=True, slots=True)
class Credential:
    """A member's session, or a partner's API key: proven by an access token, or by the key itself."""

    kind: Literal["member", "partner"]
    subject: UUID
    session_id: UUID | None = None
    key_id: str | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What a credential is good for at the moment. `granted` narrows the role's permissions (API keys)."""

    identity: Identity
    granted: frozenset[str] | None = None

    def may(self, permission: str) -> bool:
        """Whether this caller holds the permission."""
        return may(self.identity.role, permission, granted=self.granted)

    @property
    def permissions(self) -> frozenset[str]:
        """All permissions this caller holds."""
        held = PERMISSIONS.get(self.identity.role, frozenset())
        return frozenset(held if self.granted is None else held & self.granted)


@dataclass(frozen=True, slots=True)
class CallerContext:
    """The caller of one request: shown credential, its standing, and the token services believe."""

    credential: Credential
    standing: Standing
    internal_token: str = field(repr=False)

    @property
    def identity(self) -> Identity:
        return self.standing.identity
