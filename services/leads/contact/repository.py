"""Contacts to and from their table."""

from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import Text, and_, any_, func, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.contact.domain import Contact
from services.leads.contact.likeness import likeness
from services.leads.contact.tables import contact
from services.leads.matching.use_cases.keep_keys import keys_and_search_beside
from services.leads.record.domain import Draft
from services.leads.record.record_table import RecordTable
from services.leads.record.repository import Beside


def _keys(drafts: Sequence[Draft[Contact]]) -> list[Beside]:
    return keys_and_search_beside(drafts, likeness)


CONTACTS = RecordTable(contact, Contact, {}, _keys)


async def find_in_account(connection: AsyncConnection, account_id: UUID, email: str) -> Contact | None:
    """The oldest contact of the account with this e-mail address, whatever its case."""
    same = select(contact.c.id).where(
        contact.c.account_id == account_id,
        func.lower(contact.c.email) == email.lower(),
        contact.c.archived_at.is_(None),
        contact.c.merged_into.is_(None),
    )
    oldest = same.order_by(contact.c.created_at, contact.c.id).limit(1)
    found = await CONTACTS.find_where(connection, contact.c.id == oldest.scalar_subquery())
    return found[0] if found else None


async def find_reached_by(
    connection: AsyncConnection, emails: Collection[str], phones: Collection[str]
) -> list[Contact]:
    """Contacts of these addresses (in small letters) and numbers, the oldest first."""
    by_email = func.lower(contact.c.email) == any_(literal(sorted(emails), ARRAY(Text)))
    by_phone = contact.c.phone == any_(literal(sorted(phones), ARRAY(Text)))
    found = await CONTACTS.find_where(
        connection,
        or_(and_(by_email, contact.c.email.is_not(None)), and_(by_phone, contact.c.phone.is_not(None))),
        contact.c.archived_at.is_(None),
    )
    return sorted(found, key=lambda each: (each.created_at, each.id))
