"""What became of a lead, for whoever pushed it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead import queries, repository, score_queries
from services.leads.lead.domain import Lead


async def lead_pushed_as(
    connection: AsyncConnection, partner_id: UUID, external_id: str
) -> tuple[Lead, Lead] | None:
    """The partner's lead of this reference, and the lead it is part of: itself, unless it was merged."""
    pushed = await repository.find_pushed(connection, partner_id, [external_id])
    followed = await repository.LEADS.as_merged(connection, pushed)
    return (pushed[external_id], followed[external_id]) if pushed else None


async def steps_of(connection: AsyncConnection, lead_id: UUID) -> list[Mapping[str, Any]]:
    """Its history, oldest first."""
    return list(await queries.history(connection, lead_id))


async def scores_of(connection: AsyncConnection, lead_id: UUID) -> list[Mapping[str, Any]]:
    """How it was scored over time, the newest first."""
    return list(await score_queries.scores(connection, lead_id))
