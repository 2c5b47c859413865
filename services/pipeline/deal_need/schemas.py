"""Bodies and answers about needs of deals."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.pipeline.body import Strict, Text2000
from services.pipeline.deal_need.domain import Urgency
from shared.web.concurrency import MergePatch, absent

Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
_Tag = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=60)]
_Tags = Annotated[tuple[_Tag, ...], Field(max_length=50)]


class NeedCreate(Strict):
    """What the customer needs, in the customer's words, and in tags such as `faster_delivery`."""

    words: Words
    tags: _Tags = ()
    urgency: Urgency | None = None
    current_solution: Text2000 = None


class NeedPatch(MergePatch):
    """A merge patch."""

    words: Words = absent()
    tags: _Tags = absent()
    urgency: Urgency | None = absent()
    current_solution: Text2000 = absent()


class NeedOut(BaseModel):
    """A need. `recorded_by`: a member's id."""

    id: UUID
    deal_id: UUID
    words: str
    tags: list[str]
    urgency: Urgency | None
    current_solution: str | None
    recorded_by: str | None
    created_at: datetime
    updated_at: datetime
    version: int
