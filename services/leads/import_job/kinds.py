"""The kinds of records a file may hold. Another kind is one more entry."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from services.leads.account.schemas import AccountCreate
from services.leads.account.use_cases.load_accounts import load_accounts
from services.leads.account.use_cases.take_back_accounts import known_accounts, take_back_accounts
from services.leads.activity.schemas import ActivityCreate
from services.leads.activity.use_cases.load_activities import load_activities
from services.leads.activity.use_cases.take_back_activities import known_activities, take_back_activities
from services.leads.column_mapping.domain import Shape
from services.leads.column_mapping.shapes import shapes_of
from services.leads.column_mapping.synonyms import OF_ACCOUNTS
from services.leads.contact.schemas import ContactCreate
from services.leads.contact.use_cases.load_contacts import load_contacts
from services.leads.contact.use_cases.take_back_contacts import known_contacts, take_back_contacts
from services.leads.import_job.domain import KindName
from services.leads.lead.schemas import LeadCreate
from services.leads.lead.use_cases.load_leads import load_leads
from services.leads.lead.use_cases.record_outcomes import record_outcomes
from services.leads.lead.use_cases.take_back_leads import known_leads, open_leads_of, take_back_leads
from services.leads.record.domain import Key
from services.leads.record.use_cases.take_back import TakenBack
from services.leads.record.use_cases.upsert_batch import Outcome

Load = Callable[..., Awaitable[list[Outcome[Any]]]]
Known = Callable[..., Awaitable[Mapping[Key, tuple[UUID, bool]]]]
TakeBack = Callable[..., Awaitable[list[TakenBack]]]
Twins = Callable[..., Awaitable[Mapping[str, UUID]]]
Ends = Callable[..., Awaitable[list[Outcome[Any]]]]
CONVERTED, CONVERTED_AT = "converted", "converted_at"
"""Columns that say how a lead ended in the system it comes from, and when."""


@dataclass(frozen=True, slots=True)
class Kind:
    """`one_of`: a row needs at least one of these. `twins`: whom a new record's e-mail address belongs to.
    `end`: records how a record ended elsewhere, for kinds that end."""

    model: type[BaseModel]
    one_of: Sequence[str]
    load: Load
    known: Known
    take_back: TakeBack
    synonyms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    twins: Twins | None = None
    end: Ends | None = None

    @property
    def shapes(self) -> Mapping[str, Shape]:
        """Every field a column may fill, besides attributes."""
        ending: dict[str, Shape] = {} if self.end is None else {CONVERTED: "boolean", CONVERTED_AT: "instant"}
        return {**shapes_of(self.model), **ending}


_REACHED = ("name", "full_name", "first_name", "last_name", "email", "phone")
IMPORTED: Mapping[KindName, Kind] = {
    "leads": Kind(
        LeadCreate,
        (*_REACHED, "company"),
        load_leads,
        known_leads,
        take_back_leads,
        twins=open_leads_of,
        end=record_outcomes,
    ),
    "accounts": Kind(
        AccountCreate, ("name",), load_accounts, known_accounts, take_back_accounts, OF_ACCOUNTS
    ),
    "contacts": Kind(ContactCreate, _REACHED, load_contacts, known_contacts, take_back_contacts),
    "activities": Kind(ActivityCreate, ("type",), load_activities, known_activities, take_back_activities),
}
