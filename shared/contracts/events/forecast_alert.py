"""Topic `forecast.alert`: a figure is beyond its limit, until it is back within."""

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.event import Event
from shared.contracts.events.pipeline_issue import KnownLeak
from shared.contracts.money import Money

AlertStatus = Literal["open", "acknowledged", "resolved"]
Severity = Literal["warning", "critical"]
Resolution = Literal["by_hand", "by_itself", "period_over"]


class AlertCause(BaseModel):
    """What is behind it: so much is missing by this `part` in one team, owner, stage, source or product
    (`by`, `value`; null: everywhere), a `share` of all that is missing. `stage_id`: where most of it was lost
    or waits (`measure`: lost or stuck)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    part: str
    amount: Money
    share: Decimal
    deals: int
    by: str | None = None
    value: str | None = None
    stage_id: UUID | None = None
    measure: Literal["lost", "stuck"] | None = None


class AlertState(Event):
    """An alert after the change. Of a member (`owner_id`), a team, or (neither) the whole organisation.

    `figure` is beyond `limit`; of kind `forecast_gap` both are shares of what should have been won by now.
    `amount`: the same in money. `times`: how often it was raised. `assigned_before`: out of whose hands this
    change took it. `issue_id`, `leak`: who mends it, and the leak known where it was lost. Words stay in the
    service.
    """

    alert_id: UUID
    kind: str
    status: AlertStatus
    severity: Severity
    period: str
    starts_on: date
    ends_on: date
    figure: Decimal
    limit: Decimal
    created_at: datetime
    amount: Money | None = None
    team_id: UUID | None = None
    owner_id: UUID | None = None
    cause: AlertCause | None = None
    times: int = 1
    assigned_to: UUID | None = None
    assigned_before: UUID | None = None
    snoozed_until: datetime | None = None
    resolution: Resolution | None = None
    issue_id: UUID | None = None
    leak: KnownLeak | None = None


class AlertRaised(AlertState):
    """Beyond its limit: for the first time, or again."""

    type: ClassVar[str] = "forecast.alert.raised"


class AlertChanged(AlertState):
    type: ClassVar[str] = "forecast.alert.changed"


class AlertAcknowledged(AlertState):
    type: ClassVar[str] = "forecast.alert.acknowledged"


class AlertResolved(AlertState):
    type: ClassVar[str] = "forecast.alert.resolved"


EVENTS = (AlertRaised, AlertChanged, AlertAcknowledged, AlertResolved)
