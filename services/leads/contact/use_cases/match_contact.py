"""The contact a converted lead becomes."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.contact.domain import Contact, new_contact
from services.leads.contact.repository import CONTACTS, find_in_account, find_reached_by
from services.leads.contact.scope import visible
from services.leads.record.domain import Draft
from services.leads.record.use_cases.load_records import insert_one
from services.leads.tables import SOURCE
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id
from shared.observability.causes import event_context


async def contact_reached_at(
    connection: AsyncConnection,
    account_id: UUID,
    email: str | None,
    *,
    otherwise: dict[str, Any],
    now: datetime,
) -> Contact:
    """The account's contact with this e-mail address, or a new one with the values of `otherwise`."""
    found = await find_in_account(connection, account_id, email) if email is not None else None
    if found is not None:
        return found
    created = new_contact(new_id(), {**otherwise, "email": email, "account_id": account_id}, now=now)
    return await insert_one(connection, CONTACTS, created, None, true())


async def linked_contact(
    connection: AsyncConnection, contact_id: UUID, account_id: UUID, *, now: datetime
) -> Contact | None:
    """The contact a lead is of, who works for the account from now on where that was not known; None when it
    was put away since or works for another. Needs a transaction."""
    contact = (await CONTACTS.lock_many(connection, [contact_id])).get(contact_id)
    if contact is None or contact.archived_at is not None or contact.account_id not in (None, account_id):
        return None
    change = contact.edit({"account_id": account_id}, now=now)
    if change is None:
        return contact
    await CONTACTS.save(connection, [Draft(contact, (change,))], event_context(SOURCE))
    return change.after


async def existing_contacts(connection: AsyncConnection, identity: Identity, ids: set[UUID]) -> set[UUID]:
    """Those of the contacts that the caller may see."""
    return await CONTACTS.existing(connection, ids, visible(identity))


async def contacts_reached_by(
    connection: AsyncConnection, emails: Collection[str], phones: Collection[str]
) -> dict[str, Contact]:
    """By address (in small letters) or number: the oldest contact of exactly this one, whoever owns it."""
    found: dict[str, Contact] = {}
    for contact in await find_reached_by(connection, emails, phones):
        for name in (contact.email and contact.email.lower(), contact.phone):
            if name:
                found.setdefault(name, contact)
    return found
