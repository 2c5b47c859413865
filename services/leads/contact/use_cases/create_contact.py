"""One new contact."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.contact.domain import Contact, new_contact
from services.leads.contact.repository import CONTACTS
from services.leads.contact.schemas import ContactCreate
from services.leads.contact.scope import visible
from services.leads.contact.use_cases.check_accounts import unknown_account, unknown_accounts
from services.leads.member.use_cases.check_owners import check_owner, owner_of_new
from services.leads.record.use_cases.load_records import insert_one
from services.leads.record.use_cases.origin import check_birth
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id


async def create_contact(
    connection: AsyncConnection, identity: Identity, body: ContactCreate, *, now: datetime
) -> Contact:
    """The new contact; a rep's is the rep's own. Refuses a taken origin, an unknown owner or account."""
    check_birth(body.created_at, now)
    owner = owner_of_new(identity, body.owner_id)
    await check_owner(connection, identity, owner)
    if await unknown_accounts(connection, identity, [body.account_id]):
        raise unknown_account()
    created = new_contact(new_id(), {**body.given(), "owner_id": owner}, now=now)
    return await insert_one(connection, CONTACTS, created, body.key(), visible(identity))
