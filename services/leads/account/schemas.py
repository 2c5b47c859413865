"""Bodies and answers of accounts."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.leads.account.domain import Judge
from services.leads.record.schemas import (
    Country,
    Line80,
    Line200,
    Origin,
    Phone,
    Prose,
    Strict,
    raw,
)
from shared.contracts.instants import Instant
from shared.contracts.money import Money
from shared.web.batch import MOST_ITEMS, BatchItems

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class AccountFields(Strict):
    """What is known of a company. `country` is a two-letter code or a name; `latitude` and `longitude`
    (degrees, WGS 84) go together."""

    industry: Line80 = None
    country: Country = None
    website: Line200 = None
    phone: Phone = None
    employees: Annotated[int | None, Field(ge=0, le=100_000_000)] = None
    annual_revenue: Money | None = None
    notes: Prose = None
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)] | None = None
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)] | None = None
    parent_id: UUID | None = None
    owner_id: UUID | None = None


class AccountCreate(AccountFields, Origin):
    """A new account, or one loaded from another system with its own date and reference there."""

    name: Name
    created_at: Instant | None = None


class AccountPatch(AccountFields):
    """A merge patch: what is named changes, null empties."""

    name: Name = Field(default="", validate_default=False)


class AccountBatch(BatchItems):
    """1 to 1,000 accounts; each is judged by itself."""

    items: Annotated[list[raw(AccountCreate)], Field(min_length=1, max_length=MOST_ITEMS)]  # type: ignore[valid-type]


class AccountOut(BaseModel):
    """An account. `segment_by`: a member or a rule."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    version: int
    name: str
    industry: str | None
    country: str | None
    website: str | None
    phone: str | None
    employees: int | None
    annual_revenue: Money | None
    notes: str | None
    latitude: float | None
    longitude: float | None
    segment: str | None
    segment_by: Judge | None
    parent_id: UUID | None
    owner_id: UUID | None
    source_system: str | None
    external_id: str | None
    merged_into: UUID | None
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None
