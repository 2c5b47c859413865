"""The answer about a deal's health."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from services.pipeline.deal_health.domain import ENOUGH, QUIET_DAYS, Kind, State
from shared.contracts.events.pipeline_deal import DealStatus
from shared.reporting.schemas import Ratio


class CheckOut(BaseModel):
    """`figure` against `limit`: a warning when it is over, for contacts when it is below; null where it has
    none. `unknown`: too little is known to say."""

    model_config = ConfigDict(from_attributes=True)

    kind: Kind
    state: State
    figure: Ratio | None
    limit: Ratio | None
    unit: Literal["days", "times", "contacts"]
    says: str


class HealthOut(BaseModel):
    """`warnings` are those checks that warn; a closed deal has no checks."""

    deal_id: UUID
    status: DealStatus
    as_of: datetime
    warnings: list[Kind]
    checks: list[CheckOut]
    definitions: dict[Kind, str]


DEFINITIONS: dict[Kind, str] = {
    "close_overdue": "Days since the expected close date; more than 0 warns.",
    "stage_overdue": "Days since the stage was due by its target days (working days); warns from then.",
    "stuck": "Days in the stage; more than three of four of the last 1,000 stays of other deals in it warns, "
    f"where at least {ENOUGH} are known.",
    "no_next_step": "Warns when no step is named, and nothing is planned, from now on.",
    "no_activity": "Days since anything was done about it; more than the stage's rotting days warns, "
    f"{QUIET_DAYS} where it has none.",
    "pushed_often": "How often the close date was put off; more than 2 warns.",
    "single_contact": "People on the customer's side, the primary contact included; fewer than 2 warns.",
}
