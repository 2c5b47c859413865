"""Needs to and from their tables."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.need.domain import Need
from services.leads.need.tables import lead_need, product_need
from services.leads.record.record_table import RecordTable

NEEDS = RecordTable(lead_need, Need, {})


async def needs_of(connection: AsyncConnection, lead_id: UUID) -> list[Need]:
    """The needs of a lead that were not taken back, the newest first."""
    found = await NEEDS.find_where(
        connection, lead_need.c.lead_id == lead_id, lead_need.c.archived_at.is_(None)
    )
    return sorted(found, key=lambda need: (need.created_at, need.id), reverse=True)


async def tags_of(connection: AsyncConnection, product_id: UUID) -> tuple[str, ...] | None:
    """What the product answers; None when nobody has said so."""
    found = await connection.scalar(
        select(product_need.c.tags).where(product_need.c.product_id == product_id)
    )
    return None if found is None else tuple(found)


async def set_tags(connection: AsyncConnection, product_id: UUID, tags: list[str], now: datetime) -> None:
    """What the product answers from now on."""
    new = insert(product_need).values(product_id=product_id, tags=tags, updated_at=now)
    await connection.execute(
        new.on_conflict_do_update(
            index_elements=["product_id"], set_={"tags": new.excluded.tags, "updated_at": now}
        )
    )
