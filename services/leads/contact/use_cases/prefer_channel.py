"""How a contact prefers to be spoken to."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.contact.domain import Contact
from services.leads.contact.repository import CONTACTS
from services.leads.contact.use_cases.edit_contact import load_contact
from services.leads.person.domain import Way
from services.leads.record.domain import Change, Draft
from services.leads.record.use_cases.change_record import change_record
from services.leads.tables import SOURCE
from shared.contracts.identity import Identity
from shared.observability.causes import event_context


async def prefer_channel(
    connection: AsyncConnection,
    identity: Identity,
    contact_id: UUID,
    way: Way | None,
    *,
    seen_version: int | None,
    now: datetime,
) -> Contact:
    """The contact with this preference. Refuses with `contact_not_found`."""

    async def load() -> Contact:
        return await load_contact(connection, identity, contact_id)

    async def save(draft: Draft[Contact]) -> bool:
        return bool(await CONTACTS.save(connection, [draft], event_context(SOURCE)))

    def decide(contact: Contact) -> Change[Contact] | None:
        return contact.edit({"preferred_channel": way}, now=now)

    return await change_record(load, decide, save, seen_version=seen_version)
