"""A contact is put away, or brought back."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.contact.domain import Contact
from services.leads.contact.repository import CONTACTS
from services.leads.contact.use_cases.edit_contact import load_contact
from services.leads.record.domain import Change, Draft
from services.leads.record.use_cases.change_record import change_record
from services.leads.tables import SOURCE
from shared.contracts.identity import Identity
from shared.observability.causes import event_context


async def archive_contact(
    connection: AsyncConnection,
    identity: Identity,
    contact_id: UUID,
    *,
    seen_version: int | None,
    now: datetime,
) -> Contact:
    """The contact, put away. Once more changes nothing."""
    return await _change(
        connection, identity, contact_id, lambda contact: contact.archive(now=now), seen_version
    )


async def restore_contact(
    connection: AsyncConnection,
    identity: Identity,
    contact_id: UUID,
    *,
    seen_version: int | None,
    now: datetime,
) -> Contact:
    """The contact, in the lists again as it was."""
    return await _change(
        connection, identity, contact_id, lambda contact: contact.restore(now=now), seen_version
    )


async def _change(
    connection: AsyncConnection,
    identity: Identity,
    contact_id: UUID,
    decide: Callable[[Contact], Change[Contact] | None],
    seen_version: int | None,
) -> Contact:
    async def load() -> Contact:
        return await load_contact(connection, identity, contact_id)

    async def save(draft: Draft[Contact]) -> bool:
        return bool(await CONTACTS.save(connection, [draft], event_context(SOURCE)))

    return await change_record(load, decide, save, seen_version=seen_version)
