"""What members look like in the API."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, StringConstraints

from services.gateway.external import ExternallyKnown
from services.gateway.member.domain import MemberStatus
from services.gateway.role.domain import MemberRole
from shared.web.concurrency import MergePatch, absent

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Email = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=254, pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$"),
    AfterValidator(str.lower),
]


class MemberIn(ExternallyKnown):
    """A new member. Without `password` the member is invited and chooses one by an invitation."""

    name: Name
    email: Email
    role: MemberRole
    team_id: UUID | None = None
    password: SecretStr | None = Field(default=None, description="10 to 200 characters.")


class MemberItem(ExternallyKnown):
    """An item of a batch. For a member known by source_system and external_id, absent fields stay."""

    name: Name
    email: Email
    role: MemberRole
    team_id: UUID | None = None


class MemberPatch(MergePatch):
    """`active: false` ends the member's sessions at once."""

    name: Name = absent()
    email: Email = absent()
    role: MemberRole = absent()
    team_id: UUID | None = absent()
    active: bool = absent()


class PasswordIn(BaseModel):
    """`old_password` is needed when members change their own."""

    model_config = ConfigDict(extra="forbid")

    password: SecretStr = Field(description="10 to 200 characters.")
    old_password: SecretStr | None = None


class MemberOut(BaseModel):
    """A member. `status` is `invited` until a password is set."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    email: str
    role: MemberRole
    team_id: UUID | None
    active: bool
    status: MemberStatus
    last_sign_in_at: datetime | None
    source_system: str | None
    external_id: str | None
    version: int
    created_at: datetime
    updated_at: datetime


class InvitationOut(BaseModel):
    """Hand the token to the member; it is shown only here and counts once, until `expires_at`."""

    member_id: UUID
    token: str
    expires_at: datetime
