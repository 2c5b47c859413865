"""What all that happens to an issue has in common: its fact, its owner, the day it is compared again."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.issue.domain import RECHECK, Issue
from services.pipeline.issue.queries import is_colleague
from services.pipeline.tables import SOURCE
from shared.agenda.domain import Due
from shared.agenda.planning import cancel_work, plan_work
from shared.contracts.envelope import Envelope, wrap
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.event import Event
from shared.contracts.identity import Identity
from shared.contracts.periods import Calendar
from shared.observability.causes import event_context


def fact(issue: Issue, event: Event, now: datetime) -> Envelope:
    """Ready for the outbox."""
    return wrap(event, subject=issue.id, sequence=issue.version, time=now, context=event_context(SOURCE))


async def plan_recheck(connection: AsyncConnection, issue: Issue, calendar: Calendar) -> None:
    """At the start of its day, or not at all."""
    if issue.recheck_on is None:
        await cancel_work(connection, RECHECK, [issue.id])
    else:
        await plan_work(connection, [Due(RECHECK, issue.id, calendar.start_of(issue.recheck_on))])


async def may_own(connection: AsyncConnection, owner_id: UUID | None, caller: Identity) -> None:
    """Refuses with `reference_unknown` an owner who is not there, or whose records the caller may not see."""
    if owner_id is None:
        return
    if not await is_colleague(connection, owner_id, caller):
        detail = "No such member, or none whose records you see."
        raise DomainError("reference_unknown", detail, [FieldError("/owner_id", "reference_unknown", detail)])
