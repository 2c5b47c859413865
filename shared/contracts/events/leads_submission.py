"""Topic `leads.submission`: forms that visitors sent and shall confirm by mail. Ids only: addresses and the
links to confirm by are read from `/v1/web-forms/{form_id}/submissions`."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.event import Event

SubmissionStatus = Literal["accepted", "quarantined", "pending", "expired"]


class SubmissionState(Event):
    """A submission after the change. `expires_at`: until when it can be confirmed; `lead_id`: what became."""

    submission_id: UUID
    form_id: UUID
    status: SubmissionStatus
    received_at: datetime
    expires_at: datetime | None = None
    confirmed_at: datetime | None = None
    lead_id: UUID | None = None


class ConfirmationAwaited(SubmissionState):
    """The visitor is to be sent a link to confirm by."""

    type: ClassVar[str] = "leads.submission.confirmation_awaited"


class SubmissionConfirmed(SubmissionState):
    """The visitor confirmed; it is a lead from now on."""

    type: ClassVar[str] = "leads.submission.confirmed"


class ConfirmationExpired(SubmissionState):
    """Nobody confirmed in time; what was said in it is forgotten."""

    type: ClassVar[str] = "leads.submission.confirmation_expired"


EVENTS = (ConfirmationAwaited, SubmissionConfirmed, ConfirmationExpired)
