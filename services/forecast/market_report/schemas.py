"""Market reports as they come and go."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.reporting.schemas import Ratio

Source = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Note = Annotated[str, StringConstraints(strip_whitespace=True, max_length=1000)]


class MarketReportIn(BaseModel):
    """How often the product will be asked for within our reach in the period, by a source of research."""

    model_config = ConfigDict(extra="forbid")

    product_id: UUID
    period: str = Field(max_length=20, examples=["2027-Q1"], description="As for the forecast, by name.")
    need: Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]
    source: Source
    researched_on: Annotated[date, Field(ge=date(1900, 1, 1))]
    note: Note | None = None


class MarketReportOut(BaseModel):
    """Both days are included. `set_by` is who said it last."""

    id: UUID
    product_id: UUID
    period: str
    starts_on: date
    ends_on: date
    need: Ratio
    source: str
    researched_on: date
    note: str | None
    set_by: str
    version: int
    created_at: datetime
    updated_at: datetime
