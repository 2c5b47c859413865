"""Bodies and answers about whom not to pursue."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field

from services.leads.category.schemas import Name
from services.leads.pursuit.domain import Kind, Mark
from services.leads.record.answers import fields_of
from services.leads.record.schemas import Reason, Strict
from shared.contracts.instants import Instant
from shared.contracts.money import Money


class DoNotPursue(Strict):
    """Why, what margin is expected (a loss is negative), and until when; without `expires_at` until ended."""

    reason: Reason
    expected_margin: Money | None = None
    expires_at: Instant | None = None


class DoNotPursueSegment(DoNotPursue):
    """All leads for which the condition, an expression over the lead, holds."""

    name: Name
    condition: Annotated[str, Field(max_length=20_000)]


class MarkOut(BaseModel):
    """A mark. It stands while `ended_at` is null; `ended_by` is a member's id or `expiry`."""

    id: UUID
    version: int
    kind: Kind
    subject_id: UUID | None
    name: str | None
    condition: str | None
    reason: str
    expected_margin: Money | None
    set_by: str
    created_at: datetime
    updated_at: datetime
    expires_at: datetime | None
    ended_at: datetime | None
    ended_by: str | None


def mark_out(mark: Mark) -> dict[str, Any]:
    """The answer, ready for JSON."""
    return fields_of(mark, MarkOut)
