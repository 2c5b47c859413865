"""What partners look like in the API."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, StringConstraints

from shared.web.concurrency import MergePatch, absent

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]


class PartnerIn(BaseModel):
    """A new partner; it gets its keys by `POST /v1/partners/{id}/keys`."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    description: Description | None = None


class PartnerPatch(MergePatch):
    """`active: false` closes all its keys at once."""

    name: Name = absent()
    description: Description | None = absent()
    active: bool = absent()


class PartnerOut(BaseModel):
    """A partner."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    description: str | None
    active: bool
    version: int
    created_at: datetime
    updated_at: datetime
