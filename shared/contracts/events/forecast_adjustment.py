"""Topic `forecast.adjustment`: what somebody put in place of a calculated figure."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.event import Event
from shared.contracts.money import Money


class AdjustmentState(Event):
    """An adjusted figure of a period, of a member, team, territory, product or product family; of none of
    these: of the organisation.

    `side`: `owner` for whose forecast it is, `manager` from above. The words of the note stay in the service.
    """

    adjustment_id: UUID
    period: str
    starts_on: date
    ends_on: date
    rollup: Literal["cumulative", "single"]
    figure: str
    side: Literal["owner", "manager"]
    amount: Money
    base_amount: Money
    author_id: UUID | None = None
    created_at: datetime
    team_id: UUID | None = None
    owner_id: UUID | None = None
    territory_id: UUID | None = None
    product_family: str | None = None
    product_id: UUID | None = None
    withdrawn: bool = False


class AdjustmentSet(AdjustmentState):
    type: ClassVar[str] = "forecast.adjustment.set"


class AdjustmentWithdrawn(AdjustmentState):
    type: ClassVar[str] = "forecast.adjustment.withdrawn"


EVENTS = (AdjustmentSet, AdjustmentWithdrawn)
