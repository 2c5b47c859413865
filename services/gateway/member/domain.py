"""A member: a person of the organisation with a role and a team."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from services.gateway.role.domain import MemberRole
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.events.gateway_member import MemberChanged, MemberJoined
from shared.web.merge import check_or_merge, next_field_versions

INVITATION_LIFE = timedelta(hours=72)
STANDING = frozenset({"role", "team_id", "active"})
MemberStatus = Literal["invited", "active", "inactive"]


class MemberError(DomainError):
    """A member could not be made or changed."""


@dataclass(frozen=True, slots=True)
class Member:
    """Invited until a password is set; inactive members cannot sign in."""

    id: UUID
    name: str
    email: str
    role: MemberRole
    team_id: UUID | None
    active: bool
    source_system: str | None
    external_id: str | None
    created_at: datetime
    updated_at: datetime
    has_password: bool = False
    last_sign_in_at: datetime | None = None
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)

    @property
    def status(self) -> MemberStatus:
        """Where the member is between invitation and leaving."""
        if not self.active:
            return "inactive"
        return "active" if self.has_password else "invited"

    def joined(self) -> MemberJoined:
        """The fact that this member is new. It names nobody."""
        return MemberJoined(**self._state(), changed=("role", "team_id", "active"))

    def edited(
        self, changes: Mapping[str, Any], *, seen_version: int, now: datetime
    ) -> tuple["Member", MemberChanged | None]:
        """The member with the changes, and the fact (None: nothing differs). Refuses `version_conflict`."""
        wanted = check_or_merge(
            changes,
            current=asdict(self),
            version=self.version,
            field_versions=self.field_versions,
            seen_version=seen_version,
        )
        if not wanted:
            return self, None
        version = self.version + 1
        edited = replace(
            self,
            **wanted,
            version=version,
            updated_at=now,
            field_versions=next_field_versions(self.field_versions, wanted, version),
        )
        return edited, MemberChanged(**edited._state(), changed=tuple(wanted))

    def ceases_to_govern(self, after: "Member") -> bool:
        """Whether the change takes an active admin away."""
        return self._governs and not after._governs

    @property
    def _governs(self) -> bool:
        return self.active and self.role == "admin"

    def _state(self) -> dict[str, Any]:
        return {
            "member_id": self.id,
            "role": self.role,
            "team_id": self.team_id,
            "active": self.active,
            "created_at": self.created_at,
        }


def refuse_last_admin(other_admins: int) -> None:
    """Somebody must be able to govern."""
    if other_admins == 0:
        raise MemberError("last_admin", "This is the last active admin; make another one first.")


def email_taken(email_of: UUID | None = None) -> MemberError:
    """Two members cannot share an address."""
    detail = "Another member has this e-mail address."
    extra: dict[str, object] = {"id": str(email_of)} if email_of else {}
    return MemberError("email_taken", detail, [FieldError("/email", "email_taken", detail)], extra=extra)
