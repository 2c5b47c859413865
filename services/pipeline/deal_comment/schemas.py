"""Bodies and answers about comments."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.pipeline.body import Strict
from shared.web.concurrency import MergePatch, absent

Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=5000)]
Mentions = Annotated[tuple[UUID, ...], Field(max_length=20, description="Members who see the deal.")]


class CommentCreate(Strict):
    """What is said, and to whom it is said in particular."""

    text: Said
    mentioned_ids: Mentions = ()


class CommentPatch(MergePatch):
    """A merge patch."""

    text: Said = absent()
    mentioned_ids: Mentions = absent()


class CommentOut(BaseModel):
    """A comment. `written_by`: a member's id; `edited_at`: since then it says something else."""

    id: UUID
    deal_id: UUID
    text: str
    mentioned_ids: list[UUID]
    written_by: str
    edited_at: datetime | None
    created_at: datetime
    updated_at: datetime
    version: int
