"""Leads for a row of decisions: locked and read by one query, written by one statement."""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead import repository
from services.leads.lead.case import Case
from services.leads.tables import SOURCE
from shared.agenda.domain import Due
from shared.contracts.envelope import EventContext
from shared.observability.causes import event_context


async def open_cases(connection: AsyncConnection, entries: Sequence[Due]) -> list[Case]:
    """The leads these entries are about, nobody else changing them until the transaction ends.

    What was planned for a lead that is part of another by now is not done. Their events carry the
    correlation id of what the lead came in with.
    """
    leads = await repository.lock(connection, [entry.subject_id for entry in entries])
    return [
        Case(leads[entry.subject_id], _cause(entry), entry.payload)
        for entry in entries
        if entry.subject_id in leads and leads[entry.subject_id].merged_into is None
    ]


async def close_cases(connection: AsyncConnection, cases: Sequence[Case]) -> None:
    """Write what was decided, with history and events."""
    decided = [case.draft() for case in cases if case.steps]
    if decided:
        await repository.save(connection, decided, event_context(SOURCE), review=False)


def _cause(entry: Due) -> EventContext:
    return EventContext(
        source=SOURCE,
        correlation_id=entry.correlation_id or "-",
        actor="system",
        traceparent=entry.traceparent,
    )
