"""Leads, contacts and accounts by their kind: how each is read, changed and told, and what links to it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Generic, TypeVar, get_type_hints

from pydantic import TypeAdapter
from sqlalchemy import ColumnElement

from services.leads.account.domain import Account
from services.leads.account.repository import ACCOUNTS
from services.leads.account.schemas import AccountOut
from services.leads.account.scope import visible as visible_accounts
from services.leads.account.use_cases.link_accounts import OF_ACCOUNT as CHILDREN
from services.leads.account.use_cases.link_accounts import save_accounts
from services.leads.activity.use_cases.link_activities import activities_of
from services.leads.consent.use_cases.link_consents import OF_CONTACT as CONSENTS_OF_CONTACT
from services.leads.consent.use_cases.link_consents import OF_LEAD as CONSENTS_OF_LEAD
from services.leads.contact.domain import Contact
from services.leads.contact.repository import CONTACTS
from services.leads.contact.schemas import ContactOut
from services.leads.contact.scope import visible as visible_contacts
from services.leads.contact.use_cases.link_contacts import OF_ACCOUNT as CONTACTS_OF_ACCOUNT
from services.leads.contact.use_cases.link_contacts import save_contacts
from services.leads.lead.domain import Lead
from services.leads.lead.repository import LEADS
from services.leads.lead.schemas import lead_out
from services.leads.lead.scope import visible as visible_leads
from services.leads.lead.use_cases.link_leads import leads_of, save_leads
from services.leads.matching.domain import Kind
from services.leads.need.use_cases.link_needs import OF_ACCOUNT as NEEDS_OF_ACCOUNT
from services.leads.need.use_cases.link_needs import OF_LEAD as NEEDS_OF_LEAD
from services.leads.record.answers import fields_of
from services.leads.record.domain import Change
from services.leads.record.record_table import RecordTable
from services.leads.record.use_cases.relink import Links, Save
from services.leads.touch.use_cases.link_touches import OF_LEAD as TOUCHES
from shared.contracts.identity import Identity

M = TypeVar("M", Lead, Contact, Account)
Step = Callable[[M, Mapping[str, Any], datetime], Change[M] | None]


@dataclass(frozen=True)
class Merging(Generic[M]):
    """`absorb` and `release` give the winner other values; `links` are what may name a record of the kind."""

    kind: Kind
    table: RecordTable[M]
    visible: Callable[[Identity], ColumnElement[bool]]
    absorb: Step[M]
    release: Step[M]
    save: Save[M]
    shown: Callable[[M], dict[str, Any]]
    links: tuple[Links, ...]

    def value(self, name: str, written: Any) -> Any:
        """A field's value as it was written into a merge, as the record has it."""
        return self._adapters[name].validate_python(written)

    @cached_property
    def _adapters(self) -> dict[str, TypeAdapter[Any]]:
        return {name: TypeAdapter(hint) for name, hint in get_type_hints(self.table.kind).items()}


def _edit_contact(contact: Contact, values: Mapping[str, Any], now: datetime) -> Change[Contact] | None:
    """With a name of its own, so that none is derived."""
    return contact.edit({"name": contact.name, **values}, now=now)


def _edit_account(account: Account, values: Mapping[str, Any], now: datetime) -> Change[Account] | None:
    return account.edit(values, now=now)


def _absorb_lead(lead: Lead, values: Mapping[str, Any], now: datetime) -> Change[Lead] | None:
    return lead.absorb(values, now=now)


def _release_lead(lead: Lead, values: Mapping[str, Any], now: datetime) -> Change[Lead] | None:
    return lead.release(values, now=now)


def _contact_out(contact: Contact) -> dict[str, Any]:
    return fields_of(contact, ContactOut)


def _account_out(account: Account) -> dict[str, Any]:
    return fields_of(account, AccountOut)


KINDS: Mapping[Kind, Merging[Any]] = {
    "lead": Merging(
        "lead",
        LEADS,
        visible_leads,
        _absorb_lead,
        _release_lead,
        save_leads,
        lead_out,
        (activities_of("lead"), TOUCHES, CONSENTS_OF_LEAD, NEEDS_OF_LEAD),
    ),
    "contact": Merging(
        "contact",
        CONTACTS,
        visible_contacts,
        _edit_contact,
        _edit_contact,
        save_contacts,
        _contact_out,
        (activities_of("contact"), leads_of("contact"), CONSENTS_OF_CONTACT),
    ),
    "account": Merging(
        "account",
        ACCOUNTS,
        visible_accounts,
        _edit_account,
        _edit_account,
        save_accounts,
        _account_out,
        (activities_of("account"), CONTACTS_OF_ACCOUNT, CHILDREN, leads_of("account"), NEEDS_OF_ACCOUNT),
    ),
}
