"""What teams look like in the API."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.gateway.external import ExternallyKnown
from shared.web.concurrency import MergePatch, absent

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class TeamIn(ExternallyKnown):
    """A new team. Without `parent_id` it is a root."""

    name: Name
    parent_id: UUID | None = None
    manager_id: UUID | None = Field(default=None, description="The member who leads the team.")


class TeamItem(TeamIn):
    """An item of a batch. For a team known by source_system and external_id, absent fields stay."""


class TeamPatch(MergePatch):
    """`active: false` closes a team that has no members and no teams below it."""

    name: Name = absent()
    parent_id: UUID | None = absent()
    manager_id: UUID | None = absent()
    active: bool = absent()


class TeamOut(BaseModel):
    """A team."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    parent_id: UUID | None
    manager_id: UUID | None
    active: bool
    source_system: str | None
    external_id: str | None
    version: int
    created_at: datetime
    updated_at: datetime
