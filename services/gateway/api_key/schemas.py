"""What API keys look like in the API."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.contracts.instants import Instant

Permission = Annotated[str, StringConstraints(max_length=100)]


class ApiKeyIn(BaseModel):
    """A new key. `permissions`: by default all that partners have. `expires_at`: by default never."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    permissions: list[Permission] | None = Field(default=None, min_length=1, max_length=50)
    expires_at: Instant | None = None


class ApiKeyOut(BaseModel):
    """A key without its secret. `last_used_at` is true to the minute."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    partner_id: UUID
    name: str
    permissions: list[str]
    created_at: datetime
    created_by: str
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


class NewApiKeyOut(ApiKeyOut):
    """`api_key` is shown this once. For client credentials: `id` is the client id, `secret` its secret."""

    api_key: str
    secret: str


class ApiKeysOut(BaseModel):
    """A partner's keys."""

    items: list[ApiKeyOut]
