"""A member edits a contact."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.contact.domain import Contact, ContactError
from services.leads.contact.repository import CONTACTS
from services.leads.contact.schemas import ContactPatch
from services.leads.contact.scope import visible
from services.leads.contact.use_cases.check_accounts import unknown_account, unknown_accounts
from services.leads.member.use_cases.check_owners import check_handover
from services.leads.record.domain import Change, Draft
from services.leads.record.schemas import read
from services.leads.record.use_cases.change_record import change_record
from services.leads.tables import SOURCE
from shared.contracts.identity import Identity
from shared.observability.causes import event_context


async def load_contact(
    connection: AsyncConnection, identity: Identity, contact_id: UUID, *, lock: bool = False
) -> Contact:
    """The contact. Refuses with `contact_not_found` when it is not there or not the caller's to see.

    `lock`: nobody changes it until the transaction ends.
    """
    contact = await CONTACTS.find(connection, contact_id, visible(identity), lock=lock)
    if contact is None:
        raise ContactError("contact_not_found", "There is no such contact.")
    return contact


async def edit_contact(
    connection: AsyncConnection,
    identity: Identity,
    contact_id: UUID,
    patch: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> Contact:
    """The contact with the patch merged in."""
    first = await load_contact(connection, identity, contact_id)
    values = read(ContactPatch, patch, {"country": first.country}).given()
    await check_handover(connection, identity, first.owner_id, values)
    if await unknown_accounts(connection, identity, [values.get("account_id")]):
        raise unknown_account()

    async def load() -> Contact:
        return await load_contact(connection, identity, contact_id)

    async def save(draft: Draft[Contact]) -> bool:
        return bool(await CONTACTS.save(connection, [draft], event_context(SOURCE)))

    def decide(contact: Contact) -> Change[Contact] | None:
        return contact.edit(values, now=now)

    return await change_record(load, decide, save, seen_version=seen_version)
