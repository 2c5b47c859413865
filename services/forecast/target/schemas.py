"""Targets as they come and go."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from services.forecast.target.domain import Target
from shared.contracts.money import Money


class TargetIn(BaseModel):
    """At most one of `team_id`, `owner_id`, `product_id`, `territory_id`, `country`; none of them: the whole
    organisation. A territory's target includes the territories below it."""

    model_config = ConfigDict(extra="forbid")

    period: str = Field(max_length=20, examples=["2027-Q1"], description="As for the forecast, by name.")
    amount: Money = Field(description="Not below 0. Another currency is converted at the first day's rate.")
    team_id: UUID | None = None
    owner_id: UUID | None = None
    product_id: UUID | None = None
    territory_id: UUID | None = None
    country: Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")] | None = None


class TargetOut(BaseModel):
    """`base_amount` is the amount in the organisation's currency; both days are included."""

    id: UUID
    period: str
    starts_on: date
    ends_on: date
    team_id: UUID | None
    owner_id: UUID | None
    product_id: UUID | None
    territory_id: UUID | None
    country: str | None
    amount: Money
    base_amount: Money
    version: int
    created_at: datetime
    updated_at: datetime


def target_out(target: Target) -> TargetOut:
    """The target as the API shows it."""
    return TargetOut(
        id=target.id,
        period=target.period.name,
        starts_on=target.period.starts_on,
        ends_on=target.period.ends_on,
        **target.aim.values(),
        amount=target.amount,
        base_amount=target.base_amount,
        version=target.version,
        created_at=target.created_at,
        updated_at=target.updated_at,
    )
