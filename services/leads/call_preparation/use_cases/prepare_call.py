"""The card for a call: a fixed number of queries, however much is known."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.account.domain import Account
from services.leads.account.use_cases.find_accounts import accounts_in_view
from services.leads.account.use_cases.find_owners import Employer, accounts_of
from services.leads.activity.domain import Activity
from services.leads.activity.use_cases.recall_activities import latest_of_lead
from services.leads.call_preparation.domain import (
    Permission,
    Readiness,
    lacking,
    local_times,
    permissions,
    preferred_channel,
    readiness,
    time_zones,
)
from services.leads.call_preparation.repository import REQUIRED
from services.leads.consent.use_cases.record_consent import recorded
from services.leads.contact.domain import Contact
from services.leads.contact.use_cases.find_contacts import contacts_in_view
from services.leads.contact.use_cases.match_contact import contacts_reached_by
from services.leads.deal_link.use_cases.find_deals import open_deals
from services.leads.lead.domain import Lead
from services.leads.lead.likeness import likeness
from services.leads.lead.use_cases.change_lead import load_lead
from services.leads.lead.use_cases.show_duplicates import show_duplicates
from services.leads.matching.use_cases.find_matches import find_matches
from services.leads.need.use_cases.recall_needs import needs_of_lead
from services.leads.scoring.use_cases.explain_score import probability_of
from services.leads.touch.use_cases.keep_touches import touches_of
from shared.contracts.identity import Identity

MOST_ACTIVITIES = 10
MOST_DEALS = 20
MOST_DUPLICATES = 10
MOST_REASONS = 3
MOST_TOUCHES = 20
_WHO = (
    *("name", "first_name", "last_name", "job_title", "company", "industry", "employees", "website", "email"),
    *("phone", "country", "region", "city", "language"),
)
_LEAD = ("status", "do_not_pursue", "product_interest", "expected_value", "notes", "attributes")
_SCORE = ("score_state", "grade", "fit_points", "engagement_points")


async def prepare_call(
    connection: AsyncConnection, identity: Identity, lead_id: UUID, *, now: datetime
) -> dict[str, Any]:
    """The card as Prep. Refuses with `lead_not_found` a lead the caller may not see."""
    lead = await load_lead(connection, identity, lead_id)
    touches = await touches_of(connection, lead.id)
    activities = await latest_of_lead(connection, identity, lead.id, most=MOST_ACTIVITIES)
    account = await _account(connection, identity, lead)
    person = await _person(connection, lead)
    may = await _permissions(connection, lead, person)
    _, required = await REQUIRED.read(connection)
    ready = readiness(lead, required)
    return {
        "lead_id": lead.id,
        "lead_version": lead.version,
        "as_of": now,
        **{name: getattr(lead, name) for name in _LEAD},
        "who": _who(lead, touches, activities, may, now),
        "may_call": next(each.allowed for each in may if each.channel == "phone"),
        "consents": may,
        "needs": await needs_of_lead(connection, lead.id),
        "need_words": lead.needs,
        "touches": touches[-MOST_TOUCHES:],
        "activities": activities,
        "score": await _score(connection, lead),
        "account": account,
        "contact": await _seen(connection, identity, person),
        "open_deals": await open_deals(
            connection, identity, [lead.id], [account.id] if account else [], most=MOST_DEALS
        ),
        "duplicates": await _duplicates(connection, identity, lead),
        "gaps": _gaps(lead, ready),
        "required": ready.required,
        "filled": ready.filled,
        "readiness": ready.ratio,
        "definitions": {"readiness": _definition(ready)},
    }


async def _account(connection: AsyncConnection, identity: Identity, lead: Lead) -> Account | None:
    """What it became, else the one of its company's name or e-mail domain, if the caller may see it."""
    wanted = lead.account_id
    if wanted is None:
        known = await accounts_of(connection, {lead.id: Employer(lead.company, lead.email)})
        wanted = known[lead.id].id if known else None
    found = await accounts_in_view(connection, identity, [wanted]) if wanted else []
    return found[0] if found else None


async def _person(connection: AsyncConnection, lead: Lead) -> Contact | None:
    """The contact with this address or number, whoever owns it: who may not be called may not be called."""
    emails = [lead.email.lower()] if lead.email else []
    phones = [lead.phone] if lead.phone else []
    found = await contacts_reached_by(connection, emails, phones) if emails or phones else {}
    return next((found[name] for name in (*emails, *phones) if name in found), None)


async def _seen(connection: AsyncConnection, identity: Identity, person: Contact | None) -> Contact | None:
    found = await contacts_in_view(connection, identity, [person.id]) if person else []
    return found[0] if found else None


async def _permissions(connection: AsyncConnection, lead: Lead, person: Contact | None) -> list[Permission]:
    said = await recorded(connection, "lead_id", lead.id)
    closed = {*lead.do_not_contact, *(person.do_not_contact if person else ())}
    return permissions(said.holds, closed)


async def _score(connection: AsyncConnection, lead: Lead) -> dict[str, Any]:
    explained = await probability_of(connection, lead, most=MOST_REASONS)
    reasons = {name: explained[name] if explained else [] for name in ("reasons_for", "reasons_against")}
    score = None if lead.score is None else float(lead.score)
    return {"score": score, **{name: getattr(lead, name) for name in _SCORE}, **reasons}


async def _duplicates(connection: AsyncConnection, identity: Identity, lead: Lead) -> list[dict[str, Any]]:
    found = (await find_matches(connection, [likeness(lead)]))[lead.id]
    return (await show_duplicates(connection, identity, {lead.id: found[:MOST_DUPLICATES]}))[lead.id]


def _who(
    lead: Lead,
    touches: Sequence[dict[str, Any]],
    activities: Sequence[Activity],
    may: Sequence[Permission],
    now: datetime,
) -> dict[str, Any]:
    came = [(touch["at"], touch["kind"]) for touch in touches]
    came += [
        (at, activity.type)
        for activity in activities
        if activity.direction == "inbound" and (at := activity.happened_at(now)) is not None
    ]
    preferred = preferred_channel(lead, came, may)
    by, zones = time_zones(lead.phone, lead.country)
    return {
        **{name: getattr(lead, name) for name in _WHO},
        "local_times": [{"time_zone": zone, "time": time} for zone, time in local_times(zones, now)],
        "local_times_by": by,
        "preferred_channel": {"channel": preferred[0], "because": preferred[1]} if preferred else None,
    }


def _gaps(lead: Lead, ready: Readiness) -> list[dict[str, Any]]:
    others = [name for name in lacking(lead) if name not in ready.required]
    known = [{"field": name, "required": True} for name in ready.missing]
    return [*known, *({"field": name, "required": False} for name in others)]


def _definition(ready: Readiness) -> dict[str, Any]:
    return {
        "meaning": "Share of what must be known before a call that is known; null when nothing must be",
        "numerator": "required fields that are filled",
        "denominator": f"required fields: {', '.join(ready.required) or 'none'}",
        "period": "as the lead stands now",
    }
