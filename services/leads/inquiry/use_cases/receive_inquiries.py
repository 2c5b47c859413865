"""Inquiries find their lead or contact, become a lead, or wait in quarantine. Never nothing, never twice."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any, Literal, TypeVar
from uuid import UUID

from sqlalchemy import RowMapping
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.activity.use_cases.find_mails import mails_named
from services.leads.activity.use_cases.log_inbound import log_inbound
from services.leads.contact.domain import Contact
from services.leads.contact.use_cases.find_contacts import contacts_of
from services.leads.contact.use_cases.match_contact import contacts_reached_by
from services.leads.duplicate_policy.domain import DuplicateFound
from services.leads.inquiry import repository
from services.leads.inquiry.domain import InquiryStatus, Said
from services.leads.inquiry.schemas import AnyInquiry
from services.leads.inquiry.use_cases.read_inquiry import read_inquiry
from services.leads.intake.domain import Kept, looking_like
from services.leads.intake.use_cases.keep_in_quarantine import keep_in_quarantine
from services.leads.lead.domain import Lead, first_touch
from services.leads.lead.use_cases.find_leads import leads_of, open_leads_reached_by
from services.leads.lead.use_cases.record_contacts import record_contacts
from services.leads.lead.use_cases.take_in_leads import Arrival, take_in_leads
from services.leads.touch.use_cases.keep_touches import keep_touches
from shared.contracts.errors import FieldError

T = TypeVar("T")
_NOBODY = FieldError("/email", "required", "There is no way to answer: no e-mail address and no phone.")


@dataclass(slots=True)
class Received:
    """What became of one inquiry."""

    said: Said
    status: InquiryStatus | Literal["unchanged"] = "ignored"
    links: dict[str, UUID | None] = field(
        default_factory=lambda: dict.fromkeys(
            ("lead_id", "contact_id", "account_id", "activity_id", "quarantine_id", "owner_id")
        )
    )
    id: UUID | None = None
    kept_out: DuplicateFound | None = None

    def attach(self, record: Lead | Contact) -> None:
        """It belongs to this lead or contact."""
        known = {"lead_id": record.id} if isinstance(record, Lead) else {"contact_id": record.id}
        self.links |= {**known, "account_id": record.account_id, "owner_id": record.owner_id}
        self.status = "attached"


async def receive_inquiries(
    connection: AsyncConnection, bodies: Sequence[AnyInquiry], *, now: datetime
) -> list[Received]:
    """What became of each, in order. Needs a transaction. A handful of statements for all of them."""
    if not bodies:
        return []
    _, own_domains = await repository.own_mail_domains(connection)
    received = [Received(read_inquiry(index, body, own_domains, now)) for index, body in enumerate(bodies)]
    new = await repository.reserve(
        connection, [_row(each.said, bodies[each.said.index], now) for each in received]
    )
    fresh = [each for each in received if each.said.id in new and each.said.ignored_because is None]
    for each in fresh:
        each.id = each.said.id
    await _place(connection, fresh, now)
    await _quarantine(connection, [each for each in fresh if each.status == "ignored"], now)
    await _log(connection, fresh, now)
    settled = [{"id": each.said.id, "status": each.status, **each.links} for each in fresh]
    if settled:
        await repository.settle(connection, settled)
    await _recognise(connection, [each for each in received if each.said.id not in new])
    return received


async def _recognise(connection: AsyncConnection, again: Sequence[Received]) -> None:
    """These came before: what became of them then."""
    keys = {_key(each.said) for each in again}
    known = await repository.find_known(connection, keys)
    for each in again:
        row: RowMapping = known[_key(each.said)]
        each.id, each.status = row["id"], "unchanged"
        each.links = {name: row[name] for name in each.links}


async def _place(connection: AsyncConnection, fresh: Sequence[Received], now: datetime) -> None:
    """With the lead or contact of the mail it answers, else the open lead of the same address or number, else
    the contact, else as a new lead. What nobody could answer stays as it is."""
    if not fresh:
        return
    emails = {each.said.email.lower() for each in fresh if each.said.email}
    phones = {each.said.phone for each in fresh if each.said.phone}
    await repository.one_at_a_time(connection, emails | phones)
    threads: dict[str, Lead | Contact | Received] = {**await _threads(connection, fresh)}
    leads = await open_leads_reached_by(connection, emails, phones)
    contacts = await contacts_reached_by(connection, emails, phones)
    touched: list[tuple[Received, Lead]] = []
    to_make: dict[str, Received] = {}
    followers: list[tuple[Received, Received]] = []
    for each in fresh:
        reached = _reached(each.said)
        place = (
            _first(threads, each.said.replies_to)
            or _first(leads, reached)
            or _first(contacts, reached)
            or _first(to_make, reached)
        )
        if isinstance(place, Received):
            followers.append((each, place))
        elif place is not None:
            each.attach(place)
            if isinstance(place, Lead):
                touched.append((each, place))
        elif each.said.reachable:
            each.status = "created"
            to_make |= dict.fromkeys(reached, each)
        if each.said.message_id is not None and (place is not None or each.status == "created"):
            threads[each.said.message_id] = place or each
    touched += await _make(connection, [each for each in fresh if each.status == "created"], followers, now)
    touches = [first_touch(lead, **_new_way(each.said)) for each, lead in touched]
    await keep_touches(connection, touches)


async def _threads(connection: AsyncConnection, fresh: Sequence[Received]) -> dict[str, Lead | Contact]:
    """By message id whom the answered mails were exchanged with, as far as somebody still works on them."""
    mails = await mails_named(connection, {name for each in fresh for name in each.said.replies_to})
    lead_ids = {lead_id for lead_id, _ in mails.values() if lead_id is not None}
    contact_ids = {contact_id for _, contact_id in mails.values() if contact_id is not None}
    leads = await leads_of(connection, lead_ids) if lead_ids else {}
    contacts = await contacts_of(connection, contact_ids) if contact_ids else {}
    records: list[Lead | Contact] = [*leads.values(), *contacts.values()]
    there = {each.id: each for each in records if each.archived_at is None and each.merged_into is None}
    known = {name: [there[each] for each in ids if each in there] for name, ids in mails.items()}
    return {name: records[0] for name, records in known.items() if records}


def _first(places: Mapping[str, T], names: Sequence[str]) -> T | None:
    return next((places[name] for name in names if name in places), None)


async def _make(
    connection: AsyncConnection,
    makers: Sequence[Received],
    followers: Sequence[tuple[Received, Received]],
    now: datetime,
) -> list[tuple[Received, Lead]]:
    """New leads, unless the policy of their source keeps them out; the later inquiries of the same people in
    this batch go with them."""
    arrivals = [Arrival(each.said.values, touch=each.said.touch) for each in makers]
    made = await take_in_leads(connection, arrivals, now=now)
    became = {each.said.id: lead for each, lead in zip(makers, made, strict=True)}
    followed: list[tuple[Received, Lead]] = []
    for each, first in [*((each, each) for each in makers), *followers]:
        lead = became[first.said.id]
        if isinstance(lead, DuplicateFound):
            each.kept_out, each.status = lead, "ignored"
            continue
        each.attach(lead)
        if each is first:
            each.status = "created"
        else:
            followed.append((each, lead))
    return followed


async def _quarantine(connection: AsyncConnection, fresh: Sequence[Received], now: datetime) -> None:
    kept = [
        Kept(
            door="inquiry",
            source_id=each.said.id,
            payload=each.said.values,
            errors=each.said.errors or (each.kept_out.errors if each.kept_out else (_NOBODY,)),
            duplicates=looking_like(each.kept_out) if each.kept_out else (),
            beside={"touch": {**each.said.touch, "at": each.said.at.isoformat()}},
        )
        for each in fresh
    ]
    for each, entry_id in zip(fresh, await keep_in_quarantine(connection, kept, now=now), strict=True):
        each.status = "quarantined"
        each.links["quarantine_id"] = entry_id


async def _log(connection: AsyncConnection, fresh: Sequence[Received], now: datetime) -> None:
    """Mails and calls are activities; a call that was answered has spoken with a new lead."""
    logged = [
        each for each in fresh if each.said.activity is not None and each.status in ("created", "attached")
    ]
    values = [_activity(each) for each in logged]
    for each, activity_id in zip(logged, await log_inbound(connection, values, now=now), strict=True):
        each.links["activity_id"] = activity_id
    spoken: dict[UUID, datetime] = {}
    for each in logged:
        lead_id = each.links["lead_id"]
        if each.said.spoke and lead_id is not None:
            spoken[lead_id] = min(each.said.at, spoken.get(lead_id, each.said.at))
    if spoken:
        await record_contacts(connection, spoken, now=now)


def _activity(each: Received) -> Mapping[str, Any]:
    links = {name: each.links[name] for name in ("lead_id", "contact_id", "account_id", "owner_id")}
    at = each.said.at
    return {**(each.said.activity or {}), **links, "started_at": at, "done_at": at}


def _reached(said: Said) -> list[str]:
    return [name for name in (said.email and said.email.lower(), said.phone) if name]


def _new_way(said: Said) -> dict[str, Any]:
    """The touch of a lead that is there: its own fields say how it came first, not how it came now."""
    nothing = dict.fromkeys(("source", "medium", "campaign", "channel", "referrer", "landing_page"))
    now = {name: said.values.get(name) for name in nothing}
    return {**nothing, **now, **said.touch}


def _key(said: Said) -> tuple[str, str]:
    return str(said.source_system), str(said.external_id)


def _row(said: Said, body: AnyInquiry, now: datetime) -> dict[str, Any]:
    names = ("id", "kind", "at", "source_system", "external_id", "email", "phone", "subject", "text")
    shown = {name: value for name, value in asdict(said).items() if name in names}
    payload = body.model_dump(mode="json", by_alias=True, exclude={"text"}, exclude_defaults=True)
    return {
        **shown,
        "ignored_because": said.ignored_because,
        "answered_at": said.at if said.spoke else None,
        "status": "ignored",
        "created_at": now,
        "payload": payload,
    }
