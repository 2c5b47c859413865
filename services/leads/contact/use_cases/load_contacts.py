"""A batch of contacts, upserted by (source system, external id)."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.contact.domain import Contact, new_contact
from services.leads.contact.repository import CONTACTS
from services.leads.contact.schemas import ContactCreate
from services.leads.contact.scope import visible
from services.leads.contact.use_cases.check_accounts import unknown_account, unknown_accounts
from services.leads.member.use_cases.check_owners import named_owner, refused_owners
from services.leads.record.domain import Change
from services.leads.record.use_cases.load_records import LoadedItem, LoadedRecords, birth
from services.leads.record.use_cases.origin import check_birth
from services.leads.record.use_cases.upsert_batch import Outcome, load_bodies
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id


async def load_contacts(
    connection: AsyncConnection,
    identity: Identity,
    bodies: Sequence[tuple[int, ContactCreate]],
    *,
    now: datetime,
) -> list[Outcome[Contact]]:
    """What became of each. A handful of statements for all of them."""
    refused = await refused_owners(connection, identity, [body.owner_id for _, body in bodies])
    accounts = await unknown_accounts(connection, identity, [body.account_id for _, body in bodies])

    def to_item(index: int, body: ContactCreate) -> LoadedItem:
        check_birth(body.created_at, now)
        owner = named_owner(identity, body.owner_id, refused)
        if body.account_id in accounts:
            raise unknown_account()
        return LoadedItem(index, body.key(), body.own_fields(), birth(body, owner))

    def make(item: LoadedItem) -> Change[Contact]:
        return new_contact(new_id(), {**item.values, **item.birth}, now=now)

    def edit(contact: Contact, values: Mapping[str, Any]) -> Change[Contact] | None:
        return contact.edit(values, now=now)

    store = LoadedRecords(connection, CONTACTS, make, edit, visible(identity))
    return await load_bodies(store, bodies, to_item)
