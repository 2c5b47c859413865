"""The account that contacts belong to may become part of another."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.contact.domain import Contact
from services.leads.contact.repository import CONTACTS
from services.leads.record.domain import Change, Draft
from services.leads.record.use_cases.relink import Link
from services.leads.tables import SOURCE
from shared.observability.causes import event_context


def _step(contact: Contact, values: Mapping[str, Any], now: datetime) -> Change[Contact] | None:
    return contact.edit(values, now=now)


async def save_contacts(
    connection: AsyncConnection, drafts: Sequence[Draft[Contact]]
) -> Mapping[UUID, Contact]:
    """Write the next versions with what goes beside them."""
    return await CONTACTS.save(connection, drafts, event_context(SOURCE))


OF_ACCOUNT = Link("contacts", "account_id", CONTACTS, _step, save_contacts)
"""The contacts of an account."""
