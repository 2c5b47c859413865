"""Reads of the partners' replica."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.partner.domain import KnownPartner
from services.leads.partner.tables import known_partner

MOST = 10_000
_COLUMNS = tuple(known_partner.c[name] for name in KnownPartner.__dataclass_fields__)


async def partners(
    connection: AsyncConnection, *, partner_id: UUID | None = None, program_id: UUID | None = None
) -> dict[UUID, KnownPartner]:
    """By id: this one, the members of this programme, or all."""
    query = select(*_COLUMNS).order_by(known_partner.c.id).limit(MOST)
    if partner_id is not None:
        query = query.where(known_partner.c.id == partner_id)
    if program_id is not None:
        query = query.where(known_partner.c.program_id == program_id)
    return {row[0]: KnownPartner(*row) for row in await connection.execute(query)}
