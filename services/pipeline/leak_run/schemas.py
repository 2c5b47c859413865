"""The answer about runs."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel

from services.pipeline.leak.domain.comparison import Against
from services.pipeline.leak.domain.counts import By, Measure


class SightingOut(BaseModel):
    """A leak as the run saw it: `deals` of `of`, against the reference. `first_seen`: the first night of the
    unbroken row of nights that saw it; `excess_value` in the run's `currency`."""

    stage_id: UUID
    measure: Measure
    by: By
    value: str | None
    against: Against
    deals: int
    of: int
    reference_deals: int
    reference_of: int
    q_value: float
    excess_value: Decimal
    first_seen: date


class LeakRunOut(BaseModel):
    """One night over all deals: `begins` to `ends` against the twelve months before."""

    id: UUID
    at: datetime
    begins: date
    ends: date
    currency: str
    comparisons: int
    too_small: int
    found: int
    findings: list[SightingOut]
