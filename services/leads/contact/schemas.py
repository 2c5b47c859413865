"""Bodies and answers of contacts."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.leads.person.domain import Way
from services.leads.record.schemas import (
    Country,
    Email,
    Line40,
    Line80,
    Line200,
    Origin,
    Phone,
    Prose,
    Strict,
    raw,
)
from shared.contracts.instants import Instant
from shared.web.batch import MOST_ITEMS, BatchItems


class ContactFields(Strict):
    """What is known of a person. `decision_role`: what the person decides, in the seller's words."""

    name: Line200 = None
    first_name: Line80 = None
    last_name: Line80 = None
    email: Email = None
    country: Country = None
    phone: Phone = None
    job_title: Line200 = None
    decision_role: Line80 = None
    language: Line40 = None
    notes: Prose = None
    account_id: UUID | None = None
    owner_id: UUID | None = None


class ContactCreate(ContactFields, Origin):
    """A new contact, or one loaded from another system."""

    created_at: Instant | None = None


class ContactPatch(ContactFields):
    """A merge patch: what is named changes, null empties."""


class ContactBatch(BatchItems):
    """1 to 1,000 contacts; each is judged by itself."""

    items: Annotated[list[raw(ContactCreate)], Field(min_length=1, max_length=MOST_ITEMS)]  # type: ignore[valid-type]


class ContactOut(BaseModel):
    """A contact."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    name: str
    first_name: str | None
    last_name: str | None
    email: str | None
    phone: str | None
    country: str | None
    job_title: str | None
    decision_role: str | None
    language: str | None
    notes: str | None
    do_not_contact: list[str]
    preferred_channel: Way | None
    account_id: UUID | None
    owner_id: UUID | None
    source_system: str | None
    external_id: str | None
    merged_into: UUID | None
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None
