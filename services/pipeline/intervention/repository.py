"""Interventions to and from their table."""

from dataclasses import asdict
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.intervention.domain import Intervention
from services.pipeline.intervention.tables import intervention
from shared.contracts.errors import DomainError

_I = intervention.c


async def add(connection: AsyncConnection, made: Intervention) -> None:
    """Write it."""
    await connection.execute(insert(intervention).values(asdict(made)))


async def get(connection: AsyncConnection, deal_id: UUID, intervention_id: UUID) -> Intervention:
    """That of this deal. Refuses with `intervention_not_found`."""
    query = select(intervention).where(_I.id == intervention_id, _I.deal_id == deal_id)
    row = (await connection.execute(query)).mappings().one_or_none()
    if row is None:
        raise DomainError("intervention_not_found", "There is no such intervention.")
    return Intervention(**row)
