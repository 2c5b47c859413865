"""A member takes a lead out of its plan."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead.use_cases.change_lead import load_lead
from services.leads.nurture import repository
from services.leads.nurture.domain import STEP
from shared.agenda.planning import cancel_work
from shared.contracts.errors import DomainError
from shared.contracts.identity import Identity


async def stop_nurture(
    connection: AsyncConnection, identity: Identity, lead_id: UUID, reason: str, *, now: datetime
) -> None:
    """What is still planned is cancelled; activities that are there stay. Refuses when nothing is running."""
    await load_lead(connection, identity, lead_id, lock=True)
    running = (await repository.running(connection, {lead_id})).get(lead_id)
    if running is None:
        raise DomainError("state_conflict", "The lead is going through no plan.")
    await end_enrolments(connection, {running.id: f"stopped: {reason}"}, now)


async def end_enrolments(connection: AsyncConnection, ended: Mapping[UUID, str], now: datetime) -> None:
    """These (id -> why) are over. The agenda is cleared first: who works it off locks it first."""
    if ended:
        await cancel_work(connection, STEP, await repository.steps_to_come(connection, ended.keys()))
        await repository.end(connection, ended, now)
