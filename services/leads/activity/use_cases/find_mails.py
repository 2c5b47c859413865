"""Whom mails of earlier were exchanged with."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.activity import queries


async def mails_named(
    connection: AsyncConnection, message_ids: Collection[str]
) -> dict[str, tuple[UUID | None, UUID | None]]:
    """Lead and contact by message id; of an id that several mails have the newest that has either."""
    if not message_ids:
        return {}
    found = await queries.mails_named(connection, message_ids)
    return {name: (lead_id, contact_id) for name, lead_id, contact_id in found if lead_id or contact_id}
