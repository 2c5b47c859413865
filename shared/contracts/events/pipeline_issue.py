"""Topic `pipeline.issue`: leaks that somebody mends."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.event import Event
from shared.contracts.money import Money

IssueStatus = Literal["open", "watching", "mended", "closed"]
Verdict = Literal["mended", "improved", "not_mended", "undecided"]


class KnownLeak(BaseModel):
    """A leak as it was measured: of `of` deals `deals` are lost or stuck, against the reference (earlier
    times or the rest); `p_value` by Fisher's exact test. `first_seen`, `q_value`: where the newest nightly
    look sees it, since which unbroken row of nights, and how likely it is a false alarm."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    measure: str
    against: str
    deals: int
    of: int
    reference_deals: int
    reference_of: int
    p_value: float
    stage_id: UUID | None = None
    by: str = "all"
    value: str | None = None
    first_seen: date | None = None
    q_value: float | None = None


class IssueState(Event):
    """An issue after the change: in which stage, about which part of the deals, who mends it.

    `measure` is lost or stuck; `by` and `value` say of which team, rep, source, product or category.
    `alert_id`, `team_id`: of the alert it was opened for, with how that stands. Words stay in the service.
    """

    issue_id: UUID
    status: IssueStatus
    created_at: datetime
    stage_id: UUID | None = None
    measure: str | None = None
    by: str = "all"
    value: str | None = None
    owner_id: UUID | None = None
    recheck_on: date | None = None
    verdict: Verdict | None = None
    value_at_stake: Money | None = None
    alert_id: UUID | None = None
    alert_status: Literal["open", "acknowledged", "resolved"] | None = None
    team_id: UUID | None = None
    leak: KnownLeak | None = None


class IssueOpened(IssueState):
    type: ClassVar[str] = "pipeline.issue.opened"


class IssueChanged(IssueState):
    type: ClassVar[str] = "pipeline.issue.changed"


class IssueRechecked(IssueState):
    """Compared again: `deals` of `of` are lost or stuck since the fix."""

    type: ClassVar[str] = "pipeline.issue.rechecked"

    deals: int = 0
    of: int = 0


EVENTS = (IssueOpened, IssueChanged, IssueRechecked)
