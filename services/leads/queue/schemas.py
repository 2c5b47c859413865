"""Bodies and answers about queues."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.leads.record.schemas import Strict

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Ids = Annotated[tuple[UUID, ...], Field(max_length=200)]
Hours = Annotated[int, Field(strict=True, ge=1, le=8760)]


class QueueCreate(Strict):
    """A new queue. `member_ids`, the members at and below `team_ids`, or with `open_to_all` every rep may
    claim from it; a lead that waits for longer than `alert_after_hours` is told of."""

    name: Name
    member_ids: Ids = ()
    team_ids: Ids = ()
    open_to_all: bool = False
    alert_after_hours: Hours | None = None


class QueuePatch(Strict):
    """A merge patch. `is_default: true`: leads nobody is eligible for come here from now on."""

    name: Name = ""
    member_ids: Ids = ()
    team_ids: Ids = ()
    open_to_all: bool = False
    is_default: bool = False
    alert_after_hours: Hours | None = None
    active: bool = True


class QueueOut(BaseModel):
    """A queue."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    name: str
    member_ids: list[UUID]
    team_ids: list[UUID]
    open_to_all: bool
    is_default: bool
    alert_after_hours: int | None
    active: bool
    created_at: datetime
    updated_at: datetime
