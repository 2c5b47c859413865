"""Market growth as it comes and goes."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.reporting.schemas import Ratio

SourceNote = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class MarketGrowthIn(BaseModel):
    """1.05 says that the market grows by 5 % against the periods before."""

    model_config = ConfigDict(extra="forbid")

    period: str = Field(max_length=20, examples=["2027-Q1"], description="As for the forecast, by name.")
    factor: Annotated[Decimal, Field(gt=0, le=100, max_digits=8, decimal_places=4)]
    source_note: SourceNote = Field(description="Where the figure comes from.")


class MarketGrowthOut(BaseModel):
    """Both days are included. `set_by` is who said it last."""

    id: UUID
    period: str
    starts_on: date
    ends_on: date
    factor: Ratio
    source_note: str
    set_by: str
    version: int
    created_at: datetime
    updated_at: datetime
