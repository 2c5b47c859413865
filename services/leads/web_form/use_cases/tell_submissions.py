"""What becomes of submissions that wait for a confirmation is told to whoever sends mails."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.tables import OUTBOX, SOURCE
from services.leads.web_form.domain import told_of
from shared.agenda.domain import Due
from shared.contracts.envelope import wrap
from shared.contracts.events.leads_submission import (
    ConfirmationAwaited,
    ConfirmationExpired,
    SubmissionConfirmed,
    SubmissionState,
)
from shared.observability.causes import event_context


async def tell_awaited(
    connection: AsyncConnection, submission: Mapping[str, Any], *, expires_at: datetime, now: datetime
) -> None:
    """A link to confirm by is to be sent."""
    event = told_of(ConfirmationAwaited, submission, status="pending", expires_at=expires_at)
    await _tell(connection, event, 1, now)


async def tell_confirmed(connection: AsyncConnection, submission: Mapping[str, Any], **became: Any) -> None:
    """It is a lead. `became`: its status, lead and time of confirmation."""
    event = told_of(SubmissionConfirmed, submission, **became)
    await _tell(connection, event, 2, became["confirmed_at"])


async def tell_expired(
    connection: AsyncConnection,
    submissions: Sequence[Mapping[str, Any]],
    entries: Sequence[Due],
    now: datetime,
) -> None:
    """Nobody confirmed these in time."""
    asked = {entry.subject_id: entry.correlation_id for entry in entries}
    context = event_context(SOURCE)
    envelopes = [
        wrap(
            told_of(ConfirmationExpired, each, status="expired"),
            subject=each["id"],
            sequence=2,
            time=now,
            context=replace(context, correlation_id=asked[each["id"]] or context.correlation_id),
        )
        for each in submissions
    ]
    await OUTBOX.add(connection, envelopes)


async def _tell(connection: AsyncConnection, event: SubmissionState, sequence: int, now: datetime) -> None:
    context = event_context(SOURCE)
    envelope = wrap(event, subject=event.submission_id, sequence=sequence, time=now, context=context)
    await OUTBOX.add(connection, [envelope])
