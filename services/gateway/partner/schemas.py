"""What partners look like in the API."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.contracts.events.gateway_partner import PartnerKind
from shared.web.concurrency import MergePatch, absent

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Description = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2200, 12, 31))]
Ids = Annotated[tuple[UUID, ...], Field(max_length=100)]


class PartnerIn(BaseModel):
    """A new partner; it gets its keys by `POST /v1/partners/{id}/keys`. `contact_ids`, `territory_id`,
    `product_ids` and `program_id` name what there is."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    description: Description | None = None
    kind: PartnerKind = "partner"
    program_id: UUID | None = None
    territory_id: UUID | None = None
    product_ids: Ids = ()
    contact_ids: Ids = ()
    contract_starts_on: Day | None = None
    contract_ends_on: Day | None = None


class PartnerPatch(MergePatch):
    """`active: false` closes all its keys at once."""

    name: Name = absent()
    description: Description | None = absent()
    active: bool = absent()
    kind: PartnerKind = absent()
    program_id: UUID | None = absent()
    territory_id: UUID | None = absent()
    product_ids: Ids = absent()
    contact_ids: Ids = absent()
    contract_starts_on: Day | None = absent()
    contract_ends_on: Day | None = absent()


class PartnerOut(BaseModel):
    """A partner. The contract counts from its first day to its last, both included."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    name: str
    description: str | None
    active: bool
    kind: PartnerKind
    program_id: UUID | None
    territory_id: UUID | None
    product_ids: list[UUID]
    contact_ids: list[UUID]
    contract_starts_on: date | None
    contract_ends_on: date | None
    version: int
    created_at: datetime
    updated_at: datetime
