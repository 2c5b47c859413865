"""Rules as they come and go."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.forecast.snapshot_rule.domain import LEAST_DAYS, MOST_DAYS, USUAL_DAYS


class SnapshotRulesIn(BaseModel):
    """For how many days the snapshots of days are kept with which no period begins."""

    model_config = ConfigDict(extra="forbid")

    daily_days: int = Field(ge=LEAST_DAYS, le=MOST_DAYS, examples=[USUAL_DAYS])


class SnapshotRulesOut(BaseModel):
    """As they were set; version 0 is that nobody has set any."""

    daily_days: int
    version: int
    updated_at: datetime | None
    author_id: UUID | None
