"""Bodies and answers about territories."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from services.leads.record.schemas import Country, Line500, Strict
from services.leads.territory.domain import Territory, VersionStatus
from shared.contracts.instants import Instant

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Term = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]
Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]
Count = Annotated[int, Field(strict=True, ge=0, le=1_000_000_000)]


class PostalCodes(Strict):
    """Postal codes of a country: those that begin with `prefix`, or `from` one `to` another."""

    model_config = ConfigDict(populate_by_name=True)

    country: Country
    prefix: Code | None = None
    first: Code | None = Field(default=None, alias="from")
    last: Code | None = Field(default=None, alias="to")

    @model_validator(mode="after")
    def _one_way(self) -> "PostalCodes":
        both = self.first is not None and self.last is not None
        if (self.prefix is None) != both or (self.first is None) != (self.last is None):
            raise ValueError("give prefix, or from and to")
        return self


class Criteria(Strict):
    """All that is given must hold; nothing given takes everything. A named account is enough by itself."""

    countries: Annotated[tuple[Country, ...], Field(max_length=300)] = ()
    regions: Annotated[tuple[Term, ...], Field(max_length=500)] = ()
    postal_codes: Annotated[tuple[PostalCodes, ...], Field(max_length=1000)] = ()
    industries: Annotated[tuple[Term, ...], Field(max_length=200)] = ()
    employees_min: Count | None = None
    employees_max: Count | None = None
    account_ids: Annotated[tuple[UUID, ...], Field(max_length=1000)] = ()
    expression: Annotated[str, Field(max_length=20_000)] | None = None

    def kept(self) -> dict[str, Any]:
        """As the record keeps it."""
        return self.model_dump(mode="json", by_alias=True)


class TerritoryCreate(Strict):
    """A new territory of a draft: of `territory_version`, else of the newest draft."""

    name: Name
    parent_id: UUID | None = None
    manager_id: UUID | None = None
    criteria: Criteria = Criteria()
    market_size: Count | None = None
    workload_hours: Count | None = None
    territory_version: Annotated[int, Field(strict=True, ge=1)] | None = None


class TerritoryPatch(Strict):
    """A merge patch; `criteria` is replaced as a whole."""

    name: Name = ""
    parent_id: UUID | None = None
    manager_id: UUID | None = None
    criteria: Criteria = Criteria()
    market_size: Count | None = None
    workload_hours: Count | None = None


class TerritoryOut(BaseModel):
    """A territory as it is in one version of the territories. `version` is of the record, for If-Match."""

    id: UUID
    version: int
    territory_version: int
    name: str
    parent_id: UUID | None
    manager_id: UUID | None
    criteria: dict[str, Any]
    market_size: int | None
    workload_hours: int | None
    created_at: datetime
    updated_at: datetime


def territory_out(territory: Territory) -> dict[str, Any]:
    """The answer for one."""
    made = {"id": territory.territory_id, "territory_version": territory.edition}
    names = (name for name in TerritoryOut.model_fields if name not in made)
    return {**made, **{name: getattr(territory, name) for name in names}}


class VersionCreate(Strict):
    """A new draft, a copy of the active version."""

    note: Line500 = None


class VersionOut(BaseModel):
    """A version of all territories. One is active; drafts are edited."""

    number: int
    status: VersionStatus
    note: str | None
    created_at: datetime
    activated_at: datetime | None


class AssignmentCreate(Strict):
    """Who works the territory from when (now unless given) until when (open unless given).
    `reroute_open_leads`: routing decides anew about the territory's open leads."""

    model_config = ConfigDict(populate_by_name=True)

    member_id: UUID
    starts_at: Instant | None = Field(default=None, alias="from")
    ends_at: Instant | None = Field(default=None, alias="to")
    reroute_open_leads: bool = False


class AssignmentOut(BaseModel):
    """A member works a territory from `from` until before `to`."""

    model_config = ConfigDict(populate_by_name=True)

    id: UUID
    territory_id: UUID
    member_id: UUID
    starts_at: datetime = Field(alias="from")
    ends_at: datetime | None = Field(alias="to")
    created_at: datetime
    created_by: str


class Load(BaseModel):
    """What a territory asks of those who work it. `open_leads`: new, contacted or qualified leads that lie in
    it; `accounts`: named accounts; `members`: who works it now; `leads_for_each`: open leads / members, null
    without members."""

    territory_id: UUID
    open_leads: int
    accounts: int
    members: list[UUID]
    leads_for_each: float | None
    market_size: int | None
    workload_hours: int | None


class Simulate(Strict):
    """The leads that came up in the last `days`, the newest 1,000 of them."""

    days: Annotated[int, Field(strict=True, ge=1, le=366)] = 30


class Move(BaseModel):
    """So many leads would move from one territory and owner to another; null is none."""

    from_territory_id: UUID | None
    to_territory_id: UUID | None
    from_owner_id: UUID | None
    to_owner_id: UUID | None
    leads: int
    lead_ids: list[UUID]


class Simulated(BaseModel):
    """`looked_at`: how many leads were routed anew, in the order they came up; `moved`: how many would lie
    elsewhere or belong to somebody else. `lead_ids` names up to 20 of each move. Nothing was written."""

    territory_version: int
    looked_at: int
    moved: int
    moves: list[Move]
