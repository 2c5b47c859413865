"""Topic `pipeline.issue`: leaks that somebody mends."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.event import Event
from shared.contracts.money import Money

IssueStatus = Literal["open", "watching", "mended", "closed"]
Verdict = Literal["mended", "improved", "not_mended", "undecided"]


class IssueState(Event):
    """An issue after the change: in which stage, about which part of the deals, who mends it.

    `measure` is lost or stuck; `by` and `value` say of which team, rep, source, product or category. Words
    stay in the service.
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
