"""Reads of the deals' replica."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Uuid, any_, literal, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.deal_link.tables import known_deal


async def existing(connection: AsyncConnection, ids: Collection[UUID]) -> set[UUID]:
    """Those of the ids that are deals."""
    wanted = literal(sorted(ids), ARRAY(Uuid))
    return set(await connection.scalars(select(known_deal.c.id).where(known_deal.c.id == any_(wanted))))
