"""Bodies and answers about the contacts of a deal."""

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.pipeline.body import Strict, Text2000
from services.pipeline.deal_contact.domain import ContactRole, DealContact
from shared.web.concurrency import MergePatch, absent


class DealContactCreate(Strict):
    """A contact and its part. `primary`: it becomes the deal's `contact_id`, of which there is one."""

    contact_id: UUID
    role: ContactRole = "other"
    primary: bool = False
    note: Text2000 = None


class DealContactPatch(MergePatch):
    """A merge patch. `primary` false leaves the deal without a primary contact, if this is the one."""

    role: ContactRole = absent()
    primary: bool = absent()
    note: Text2000 = absent()


class DealContactOut(BaseModel):
    """A contact of the deal. `role` is null, and `version` 0, for a primary one that nobody has described.

    `added_by`: a member's id.
    """

    contact_id: UUID
    deal_id: UUID
    role: ContactRole | None
    primary: bool
    note: str | None
    added_by: str | None
    created_at: datetime
    updated_at: datetime
    version: int


def contact_out(found: DealContact, primary_id: UUID | None) -> dict[str, Any]:
    """For `json_body.dumps`: the fields of DealContactOut. `primary_id`: the deal's."""
    kept = (name for name in DealContactOut.model_fields if name != "primary")
    return {
        **{name: getattr(found, name) for name in kept},
        "primary": found.contact_id == primary_id,
    }
