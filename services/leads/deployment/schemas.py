"""Answers about deployment."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from services.leads.deployment.domain import Use
from shared.contracts.money import Money
from shared.reporting.schemas import DefinitionOut, PeriodOut, Ratio


class Point(BaseModel):
    """Longitude and latitude in degrees (WGS 84), in this order."""

    type: Literal["Point"] = "Point"
    coordinates: tuple[float, float]


class Customer(BaseModel):
    """What is shown of an account: `last_visit_at` the newest visit that happened."""

    name: str
    owner_id: UUID | None
    won_revenue: Money
    open_value: Money
    last_visit_at: datetime | None


class CustomerFeature(BaseModel):
    """An account on the map."""

    type: Literal["Feature"] = "Feature"
    id: UUID
    geometry: Point
    properties: Customer


class TerritoryMap(BaseModel):
    """A GeoJSON feature collection (RFC 7946), with what is beside it."""

    type: Literal["FeatureCollection"] = "FeatureCollection"
    features: list[CustomerFeature]
    territory_id: UUID
    without_coordinates: int
    left_out: int


class WorkFigures(BaseModel):
    """`share` and `use` are by open leads; null and unknown without a capacity."""

    open_leads: int
    accounts: int
    visits: int
    open_value: Money
    capacity: int | None
    share: Ratio | None
    use: Use


class SellerDeployment(WorkFigures):
    """One seller."""

    member_id: UUID
    territory_ids: list[UUID]


class TerritoryDeployment(WorkFigures):
    """One territory, with those who work it now; its capacity is theirs together."""

    territory_id: UUID
    name: str
    member_ids: list[UUID]
    workload_hours: int | None


class Deployment(BaseModel):
    """Sellers and territories, those with too much first."""

    period: PeriodOut
    currency: str
    under: Ratio
    over: Ratio
    sellers: list[SellerDeployment]
    sellers_left_out: int
    territories: list[TerritoryDeployment]
    territories_left_out: int
    definitions: dict[str, DefinitionOut]
