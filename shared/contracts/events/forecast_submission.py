"""Topic `forecast.submission`: what was handed in as the forecast of a period."""

from datetime import date, datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.event import Event
from shared.contracts.money import Money

SubmissionStatus = Literal["draft", "submitted", "accepted", "returned", "locked"]


class SubmissionState(Event):
    """The forecast of a member, a team or the organisation for a period, due at `due_at`.

    `computed` is commit with what is closed; `adjusted` the same after adjustments; `stated` the number that
    was named beside them. All in base currency. Words stay in the service.
    """

    submission_id: UUID
    status: SubmissionStatus
    period: str
    starts_on: date
    ends_on: date
    created_at: datetime
    computed: Money
    adjusted: Money
    stated: Money | None = None
    team_id: UUID | None = None
    owner_id: UUID | None = None
    author_id: UUID | None = None
    submitted_at: datetime | None = None
    due_at: datetime | None = None
    locks_at: datetime | None = None
    late: bool = False


class SubmissionDrafted(SubmissionState):
    type: ClassVar[str] = "forecast.submission.drafted"


class SubmissionSubmitted(SubmissionState):
    type: ClassVar[str] = "forecast.submission.submitted"


class SubmissionAccepted(SubmissionState):
    type: ClassVar[str] = "forecast.submission.accepted"


class SubmissionReturned(SubmissionState):
    type: ClassVar[str] = "forecast.submission.returned"


class SubmissionReminded(SubmissionState):
    """It is due soon and not handed in yet."""

    type: ClassVar[str] = "forecast.submission.reminded"


class SubmissionOverdue(SubmissionState):
    """Its deadline has passed and it is not handed in."""

    type: ClassVar[str] = "forecast.submission.overdue"


class SubmissionLocked(SubmissionState):
    type: ClassVar[str] = "forecast.submission.locked"


class SubmissionUnlocked(SubmissionState):
    type: ClassVar[str] = "forecast.submission.unlocked"


EVENTS = (
    SubmissionDrafted,
    SubmissionSubmitted,
    SubmissionAccepted,
    SubmissionReturned,
    SubmissionReminded,
    SubmissionOverdue,
    SubmissionLocked,
    SubmissionUnlocked,
)
