"""What a contact agreed to changes, by what was said, or by the lead it came of."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.consent.schemas import ConsentIn, entries
from services.leads.consent.use_cases.record_consent import Recorded, carry_over, record_consent, recorded
from services.leads.contact.domain import Contact
from services.leads.contact.repository import CONTACTS
from services.leads.contact.use_cases.edit_contact import load_contact
from services.leads.record.domain import Draft
from services.leads.tables import SOURCE
from shared.contracts.errors import DomainError
from shared.contracts.identity import Identity
from shared.observability.causes import event_context


async def consent_of_contact(connection: AsyncConnection, identity: Identity, contact_id: UUID) -> Recorded:
    """What is recorded. Refuses with `contact_not_found`."""
    await load_contact(connection, identity, contact_id)
    return await recorded(connection, "contact_id", contact_id)


async def change_consent(
    connection: AsyncConnection,
    identity: Identity,
    contact_id: UUID,
    said: Sequence[ConsentIn],
    *,
    now: datetime,
) -> Recorded:
    """What is recorded after this was said. Needs a transaction. Refuses with `contact_not_found`."""
    contact = await load_contact(connection, identity, contact_id, lock=True)
    after = await record_consent(connection, "contact_id", contact.id, entries(said, identity.sub, now))
    await _respect(connection, contact, after, now)
    return after


async def take_over_consent(
    connection: AsyncConnection, lead_id: UUID, contact: Contact, *, now: datetime
) -> None:
    """What the lead agreed to holds for the contact it becomes. Needs a transaction."""
    after = await carry_over(connection, lead_id, contact.id, now=now)
    if after is not None:
        await _respect(connection, contact, after, now)


async def _respect(connection: AsyncConnection, contact: Contact, after: Recorded, now: datetime) -> None:
    change = contact.edit({"do_not_contact": after.withdrawn}, now=now)
    if change is None:
        return
    if not await CONTACTS.save(connection, [Draft(contact, (change,))], event_context(SOURCE)):
        raise DomainError(
            "temporarily_unavailable", "The contact is being changed by many at once; try again."
        )
