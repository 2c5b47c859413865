"""Changes of deals as they are shown."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, Field

from services.forecast.deal_change.domain import Direction, What
from shared.contracts.money import Money
from shared.reporting.schemas import Ratio


class StoodOut(BaseModel):
    """How the deal stood; the amount in the organisation's currency."""

    status: str
    stage_id: UUID
    stage: str
    forecast_category: str
    probability: Ratio | None
    amount: Money | None
    expected_close: date | None
    owner_id: UUID | None


class DealChangeOut(BaseModel):
    """One thing that changed. `at`: from when on it counts; `known_at`: when it was told.

    `direction`: amounts increased or decreased, close dates pushed (later) or pulled (nearer), stages forward
    or back by their probability, categories up or down, outcomes won, lost or reopened; `set`: from or to
    nothing, or a stage with the same or no probability.
    """

    id: str
    deal_id: UUID
    name: str | None
    what: What
    direction: Direction
    at: datetime
    known_at: datetime
    before: StoodOut
    after: StoodOut
    amount_change: Money | None = Field(description="Of an amount.")
    days_moved: int | None = Field(description="Of a close date; below 0 when pulled nearer.")
    hours_in_stage: Ratio | None = Field(description="Of a stage: how long the deal was in the one before.")
