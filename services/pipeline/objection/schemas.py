"""Bodies and answers about objections."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, StringConstraints

from services.pipeline.body import Strict, Text200, Text2000
from services.pipeline.objection.domain import ObjectionKind
from shared.contracts.instants import Instant
from shared.web.concurrency import MergePatch, absent

_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


class ObjectionCreate(Strict):
    """What the customer has against it; with `resolved_at` it is cleared already."""

    kind: ObjectionKind
    text: _Text
    answer: Text2000 = None
    script: Text200 = None
    resolved_at: Instant | None = None


class ObjectionPatch(MergePatch):
    """A merge patch. `resolved_at` clears it, null opens it again."""

    kind: ObjectionKind = absent()
    text: _Text = absent()
    answer: Text2000 = absent()
    script: Text200 = absent()
    resolved_at: Instant | None = absent()


class ObjectionOut(BaseModel):
    """An objection; open until `resolved_at`. `recorded_by`: a member's id."""

    id: UUID
    deal_id: UUID
    kind: ObjectionKind
    text: str
    answer: str | None
    script: str | None
    resolved_at: datetime | None
    recorded_by: str | None
    created_at: datetime
    updated_at: datetime
    version: int
