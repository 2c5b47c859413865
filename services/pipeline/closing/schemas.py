"""Bodies and answers about closings."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from services.pipeline.body import Strict, Text80, Text2000


class ClosingIn(Strict):
    """The whole closing: what is not named is emptied. `signer_id`: the contact who signs."""

    negotiation_notes: Text2000 = None
    agreed_terms: Text2000 = None
    contract_number: Text80 = None
    contract_version: Text80 = None
    signing_date: date | None = None
    signer_id: UUID | None = None


class ClosingOut(BaseModel):
    """How a deal is closed. `version` 0: nothing has been said yet."""

    deal_id: UUID
    negotiation_notes: str | None
    agreed_terms: str | None
    contract_number: str | None
    contract_version: str | None
    signing_date: date | None
    signer_id: UUID | None
    created_at: datetime | None
    updated_at: datetime | None
    version: int
