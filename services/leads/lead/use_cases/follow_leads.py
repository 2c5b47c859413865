"""What became of a lead, for whoever pushed it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead import queries, repository, score_queries
from services.leads.lead.domain import Lead


async def lead_pushed_as(connection: AsyncConnection, partner_id: UUID, external_id: str) -> Lead | None:
    """The partner's lead of this reference."""
    return (await repository.find_pushed(connection, partner_id, [external_id])).get(external_id)


async def steps_of(connection: AsyncConnection, lead_id: UUID) -> list[Mapping[str, Any]]:
    """Its history, oldest first."""
    return list(await queries.history(connection, lead_id))


async def scores_of(connection: AsyncConnection, lead_id: UUID) -> list[Mapping[str, Any]]:
    """How it was scored over time, the newest first."""
    return list(await score_queries.scores(connection, lead_id))
