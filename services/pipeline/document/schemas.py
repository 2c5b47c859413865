"""Bodies and answers about papers."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from services.pipeline.body import Link, Strict, Text80, Text200
from shared.contracts.events.pipeline_deal import DocumentStatus, DocumentType
from shared.web.concurrency import MergePatch, absent


class DocumentCreate(Strict):
    """A paper: what it is, its own number and date, where it lies (http or https), who handles it."""

    type: DocumentType
    status: DocumentStatus = "draft"
    number: Text80 = None
    title: Text200 = None
    link: Link | None = None
    owner_id: UUID | None = None
    dated_on: date | None = None


class DocumentPatch(MergePatch):
    """A merge patch. `status` goes from draft to sent to signed, or to void; it never goes back."""

    type: DocumentType = absent()
    status: DocumentStatus = absent()
    number: Text80 = absent()
    title: Text200 = absent()
    link: Link | None = absent()
    owner_id: UUID | None = absent()
    dated_on: date | None = absent()


class DocumentOut(BaseModel):
    """A paper. `owner_id`: who handles it; `status_since`: since when it has its status."""

    id: UUID
    deal_id: UUID
    type: DocumentType
    status: DocumentStatus
    status_since: datetime
    number: str | None
    title: str | None
    link: str | None
    owner_id: UUID | None
    dated_on: date | None
    recorded_by: str | None
    created_at: datetime
    updated_at: datetime
    version: int
