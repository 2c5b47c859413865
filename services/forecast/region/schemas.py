"""What `GET /v1/analytics/regions` answers."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel

from services.forecast.region.domain import RegionKind
from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio


class OwnOut(BaseModel):
    """Of the region alone, without the territories below it."""

    revenue: Money
    deals: int


class WonOut(BaseModel):
    """Amounts in the organisation's currency."""

    revenue: Money
    deals: int
    deals_without_amount: int
    average: Money | None


class RegionOut(WonOut):
    """A territory (`territory_id`, `name`, `parent_id`, `active`) or a country; neither: it is not known
    where."""

    territory_id: UUID | None
    name: str | None
    parent_id: UUID | None
    active: bool | None
    country: str | None
    own: OwnOut
    plan: Money | None
    attainment: Ratio | None


class RegionsOut(WonOut):
    """The figures of all regions together stand beside `regions`; the `own` figures add up to them."""

    period: PeriodOut
    as_of: datetime
    known_at: datetime | None
    currency: str
    group_by: RegionKind
    regions: list[RegionOut]
    regions_left_out: int
    last_event_at: datetime | None
    definitions: dict[str, DefinitionOut]
