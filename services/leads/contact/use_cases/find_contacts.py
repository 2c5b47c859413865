"""What other capabilities may ask about contacts."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, any_, literal
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.contact.domain import Contact
from services.leads.contact.repository import CONTACTS
from services.leads.contact.scope import visible
from shared.contracts.identity import Identity


async def contacts_in_view(
    connection: AsyncConnection, identity: Identity, ids: Collection[UUID]
) -> list[Contact]:
    """Those of the contacts that the caller may see."""
    wanted = CONTACTS.table.c.id == any_(literal(sorted(ids), ARRAY(Uuid)))
    return await CONTACTS.find_where(connection, wanted, visible(identity))


async def contacts_of(connection: AsyncConnection, ids: Collection[UUID]) -> dict[UUID, Contact]:
    """The contacts of these ids, whoever owns them."""
    return await CONTACTS.find_many(connection, ids)


def is_contact_in_view(identity: Identity, contact_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Whether that is a contact the caller may see, as a part of another query."""
    return CONTACTS.in_view(contact_id, visible(identity))


async def contacts_after(connection: AsyncConnection, after: UUID, *, most: int) -> list[Contact]:
    """The next contacts in the order of their ids, whoever owns them."""
    return await CONTACTS.find_after(connection, after, most=most)
