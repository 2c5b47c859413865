"""What an activity is linked to must be there, and be the caller's to see."""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.account.use_cases.match_account import existing_accounts
from services.leads.activity.schemas import LINKS
from services.leads.contact.use_cases.match_contact import existing_contacts
from services.leads.deal_link.use_cases.find_deals import unknown_deals
from services.leads.lead.use_cases.find_leads import visible_leads
from services.leads.record.use_cases.await_references import unknown_reference
from shared.contracts.identity import Identity

Unknown = Mapping[str, set[UUID]]
"""By link field: the ids that are not there."""


async def unknown_links(
    connection: AsyncConnection, identity: Identity, values: Collection[Mapping[str, Any]]
) -> Unknown:
    """One query for each kind of link that is used. A deal's event is waited for, up to a second."""
    wanted = {name: {each[name] for each in values if each.get(name) is not None} for name in LINKS}
    unknown: dict[str, set[UUID]] = {}
    if leads := wanted["lead_id"]:
        unknown["lead_id"] = leads - await visible_leads(connection, identity, leads)
    if accounts := wanted["account_id"]:
        unknown["account_id"] = accounts - await existing_accounts(connection, identity, accounts)
    if contacts := wanted["contact_id"]:
        unknown["contact_id"] = contacts - await existing_contacts(connection, identity, contacts)
    if deals := wanted["deal_id"]:
        unknown["deal_id"] = await unknown_deals(connection, deals)
    return unknown


def check_links(values: Mapping[str, Any], unknown: Unknown) -> None:
    """Refuses a link to something unknown, with its pointer."""
    for name, ids in unknown.items():
        if values.get(name) in ids:
            raise unknown_reference(name, name.removesuffix("_id"))
