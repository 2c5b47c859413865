"""A qualified lead becomes an account and a contact, and a deal if one is wanted: all of it or nothing."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.account.domain import Account
from services.leads.account.use_cases.match_account import account_named, chosen_account, linked_account
from services.leads.contact.domain import Contact
from services.leads.contact.use_cases.change_consent import take_over_consent
from services.leads.contact.use_cases.match_contact import contact_reached_at, linked_contact
from services.leads.lead import repository
from services.leads.lead.domain import Lead, LeadError
from services.leads.lead.schemas import Convert, WantedDeal
from services.leads.lead.use_cases.change_lead import lead_as_it_was, load_lead
from services.leads.lead.use_cases.check_rate import check_rate
from services.leads.record.domain import Draft
from services.leads.record.use_cases.change_record import check_seen
from services.leads.tables import SOURCE
from shared.contracts.events.leads_lead import DealWanted
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id
from shared.observability.causes import event_context


async def convert_lead(
    connection: AsyncConnection,
    identity: Identity,
    lead_id: UUID,
    body: Convert,
    *,
    seen_version: int | None,
    now: datetime,
) -> Lead:
    """The converted lead; its `deal_id` comes when the pipeline has opened the deal. Needs a transaction.

    Refuses `lead_not_qualified`, `lead_already_converted` naming what it became, an unknown account, and a
    deal in a currency without a rate.
    """
    lead = await load_lead(connection, identity, lead_id, lock=True)
    lead.check_convertible()
    if body.deal is not None and body.deal.amount is not None:
        await check_rate(connection, body.deal.amount, now)
    account = await _account(connection, identity, lead, body.account_id, now)
    contact = await _contact(connection, lead, account, now)
    await take_over_consent(connection, lead.id, contact, now=now)
    change = lead.convert(account.id, contact.id, _wanted(body.deal, lead.tags), now=now)
    if seen_version is not None:
        await check_seen(lead, change, seen_version, lead_as_it_was(connection, lead_id))
    if not await repository.save(connection, [Draft(lead, (change,))], event_context(SOURCE)):
        raise LeadError("temporarily_unavailable", "The lead is being changed by many at once; try again.")
    return change.after


async def _account(
    connection: AsyncConnection, identity: Identity, lead: Lead, account_id: UUID | None, now: datetime
) -> Account:
    if account_id is not None:
        return await chosen_account(connection, identity, account_id)
    linked = await linked_account(connection, lead.account_id) if lead.account_id is not None else None
    if linked is not None:
        return linked
    name = lead.company or lead.name
    return await account_named(connection, name, otherwise=_shared(lead), now=now)


async def _contact(connection: AsyncConnection, lead: Lead, account: Account, now: datetime) -> Contact:
    if lead.contact_id is not None:
        linked = await linked_contact(connection, lead.contact_id, account.id, now=now)
        if linked is not None:
            return linked
    person = {**_shared(lead), "job_title": lead.job_title, "first_name": lead.first_name}
    person["preferred_channel"] = lead.preferred_channel
    return await contact_reached_at(
        connection,
        account.id,
        lead.email,
        otherwise={**person, "last_name": lead.last_name, "name": lead.name},
        now=now,
    )


def _shared(lead: Lead) -> dict[str, Any]:
    """What account and contact take over from the lead."""
    return {"owner_id": lead.owner_id, "country": lead.country, "phone": lead.phone}


def _wanted(deal: WantedDeal | None, tags: tuple[str, ...]) -> DealWanted | None:
    return None if deal is None else DealWanted(deal_id=new_id(), tags=tags, **deal.model_dump())
