"""What `GET /v1/forecast/deals` answers."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from services.forecast.outlook.domain import BUCKETS
from shared.contracts.money import Money
from shared.reporting.schemas import Ratio


class ContributionOut(BaseModel):
    """A deal as it stood then, under the name it has now.

    `closes_on`: the local day it was won on, or is expected to close on. `amount`: in the currency asked for,
    null where there is none. `share`: what the deal adds to the figure, not rounded; null where the figure
    counts deals, and for a deal that is in the figure without adding to it.
    """

    deal_id: UUID
    name: str
    forecast_category: str = Field(description=f"One of {', '.join(BUCKETS)}.")
    closes_on: date | None
    owner_id: UUID | None
    product_id: UUID | None
    territory_id: UUID | None
    pipeline_id: UUID
    stage_id: UUID
    stage: str
    source: str | None
    probability: Ratio | None
    amount: Money | None
    share: Money | None
