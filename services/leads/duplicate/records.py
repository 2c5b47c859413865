"""Leads, contacts and accounts by their kind: what each says to a pair of records."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, or_, true
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.account.likeness import likeness as account_likeness
from services.leads.account.schemas import AccountOut
from services.leads.account.use_cases.find_accounts import (
    accounts_after,
    accounts_in_view,
    is_account_in_view,
)
from services.leads.contact.likeness import likeness as contact_likeness
from services.leads.contact.schemas import ContactOut
from services.leads.contact.use_cases.find_contacts import (
    contacts_after,
    contacts_in_view,
    is_contact_in_view,
)
from services.leads.lead.likeness import likeness as lead_likeness
from services.leads.lead.schemas import lead_out
from services.leads.lead.use_cases.find_leads import is_lead_in_view, leads_after, leads_in_view
from services.leads.matching.domain import Kind, Likeness
from services.leads.record.answers import fields_of
from shared.contracts.identity import Identity


def is_in_view(identity: Identity, record_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Whether that is a record of any kind the caller may see."""
    if identity.scope == "all":
        return true()
    return or_(
        is_lead_in_view(identity, record_id),
        is_contact_in_view(identity, record_id),
        is_account_in_view(identity, record_id),
    )


async def shown(
    connection: AsyncConnection, identity: Identity, kind: Kind, ids: Collection[UUID]
) -> dict[UUID, Mapping[str, Any]]:
    """Those of the records that the caller may see, as their own endpoints show them."""
    if kind == "lead":
        return {each.id: lead_out(each) for each in await leads_in_view(connection, identity, ids)}
    if kind == "contact":
        contacts = await contacts_in_view(connection, identity, ids)
        return {each.id: fields_of(each, ContactOut) for each in contacts}
    accounts = await accounts_in_view(connection, identity, ids)
    return {each.id: fields_of(each, AccountOut) for each in accounts}


async def next_likenesses(
    connection: AsyncConnection, kind: Kind, after: UUID, *, most: int
) -> list[Likeness]:
    """What the next records of the kind are recognised by, made of the records themselves."""
    if kind == "lead":
        return [lead_likeness(each) for each in await leads_after(connection, after, most=most)]
    if kind == "contact":
        return [contact_likeness(each) for each in await contacts_after(connection, after, most=most)]
    return [account_likeness(each) for each in await accounts_after(connection, after, most=most)]
