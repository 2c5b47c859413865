"""Bodies and answers about requests for help."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.pipeline.body import Strict
from services.pipeline.help_request.domain import HelpStatus

_Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000)]


class HelpCreate(Strict):
    """What is asked, and of whom in particular: members who see the deal."""

    question: _Said
    asked_ids: Annotated[tuple[UUID, ...], Field(max_length=20)] = ()


class HelpAnswer(Strict):
    """What is answered."""

    answer: _Said


class HelpOut(BaseModel):
    """A request for help. `asked_by`, `asked_ids`, `answered_by`, `closed_by`: members' ids."""

    id: UUID
    deal_id: UUID
    question: str
    asked_by: str
    asked_ids: list[UUID]
    status: HelpStatus
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None
    closed_by: str | None
    closed_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int
