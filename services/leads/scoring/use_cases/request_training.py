"""Somebody, or the night, asks for a new model."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.deal_link.use_cases.settle_leads import count_settled
from services.leads.lead.use_cases.read_ended import count_ended
from services.leads.scoring import repository
from shared.contracts.errors import DomainError
from shared.contracts.ids import new_id


async def request_training(connection: AsyncConnection, by: str | None, now: datetime) -> dict[str, Any]:
    """The training that will run, the one under way, or the one that has learned from exactly this."""
    unfinished = await repository.find_unfinished(connection)
    done = await repository.find_done_on(connection, await fingerprint(connection))
    if unfinished is not None or done is not None:
        return unfinished or done or {}
    training_id = new_id()
    await repository.queue(connection, training_id, by, now)
    return await repository.find_unfinished(connection) or await find_training(connection, training_id)


async def find_training(connection: AsyncConnection, training_id: UUID) -> dict[str, Any]:
    """The training. Refuses with `training_not_found`."""
    found = await repository.find(connection, training_id)
    if found is None:
        raise DomainError("training_not_found", "There is no such training.")
    return found


async def fingerprint(connection: AsyncConnection) -> str:
    """What tells one state of the outcomes from another."""
    leads, latest = await count_ended(connection)
    deals, versions = await count_settled(connection)
    return f"{leads} leads until {latest and latest.isoformat()}, {deals} deals at {versions}"
