"""Bodies and answers about risks."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.pipeline.body import Reason, Strict, Text2000
from services.pipeline.deal_risk.domain import RiskStatus, Severity
from shared.contracts.events.pipeline_deal import DealStatus
from shared.contracts.money import Money
from shared.web.concurrency import MergePatch, absent

Level = Annotated[int, Field(ge=1, le=5, description="1 (very low) to 5 (very high)")]


class RiskCreate(Strict):
    """What may go wrong. `accountable_id`: a member who sees the deal, by default its owner."""

    risk: Reason
    likelihood: Level
    impact: Level
    mitigation: Text2000 = None
    accountable_id: UUID | None = None


class RiskPatch(MergePatch):
    """A merge patch. `status`: `open` while it stands; `occurred` when it came true."""

    risk: Reason = absent()
    likelihood: Level = absent()
    impact: Level = absent()
    mitigation: Text2000 = absent()
    accountable_id: UUID | None = absent()
    status: RiskStatus = absent()


class RiskOut(BaseModel):
    """A risk. `score` is likelihood x impact; `severity`: up to 4 low, up to 9 medium, from 10 high."""

    id: UUID
    deal_id: UUID
    risk: str
    likelihood: int
    impact: int
    score: int
    severity: Severity
    mitigation: str | None
    accountable_id: UUID | None
    status: RiskStatus
    recorded_by: str
    created_at: datetime
    updated_at: datetime
    version: int


class RiskOfDealOut(RiskOut):
    """A risk and what is at stake: the deal's name, owner, status and amount in base currency."""

    deal_name: str
    deal_status: DealStatus
    owner_id: UUID | None
    base_amount: Money | None
