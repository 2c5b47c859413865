"""Topic `forecast.target`: what was planned."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.event import Event
from shared.contracts.money import Money


class TargetState(Event):
    """The amount to be won in a period by the organisation, one team or member of it, for one product, or
    in one territory or country."""

    target_id: UUID
    period: str
    starts_on: date
    ends_on: date
    amount: Money
    created_at: datetime
    team_id: UUID | None = None
    owner_id: UUID | None = None
    product_id: UUID | None = None
    territory_id: UUID | None = None
    country: str | None = None
    withdrawn: bool = False


class TargetSet(TargetState):
    type: ClassVar[str] = "forecast.target.set"


class TargetWithdrawn(TargetState):
    type: ClassVar[str] = "forecast.target.withdrawn"


EVENTS = (TargetSet, TargetWithdrawn)
