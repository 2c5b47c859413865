"""Reads of the members' replica."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Uuid, any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.tables import ORGANISATION

_member = ORGANISATION.member.c


async def active_members(connection: AsyncConnection, ids: Collection[UUID]) -> set[UUID]:
    """Those of the ids that belong to active members."""
    wanted = literal(sorted(ids), ARRAY(Uuid))
    found = await connection.scalars(select(_member.id).where(_member.id == any_(wanted), _member.active))
    return set(found)
