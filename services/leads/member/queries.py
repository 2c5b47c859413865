"""Reads of the members' replica."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Uuid, any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.tables import ORGANISATION

_member = ORGANISATION.member.c


async def teams_of(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, UUID | None]:
    """Those of the ids that belong to active members, each with the member's team."""
    wanted = literal(sorted(ids), ARRAY(Uuid))
    found = await connection.execute(
        select(_member.id, _member.team_id).where(_member.id == any_(wanted), _member.active)
    )
    return {row.id: row.team_id for row in found}
