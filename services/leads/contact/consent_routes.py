"""`/v1/contacts/{id}/consents`: how a contact may be spoken to."""

from uuid import UUID

from fastapi import Response

from services.leads.consent.answers import consent_answer
from services.leads.consent.schemas import ConsentsChange, ConsentsOut
from services.leads.contact.use_cases.change_consent import change_consent, consent_of_contact
from services.leads.contact.use_cases.edit_contact import load_contact
from services.leads.contact.use_cases.prefer_channel import prefer_channel
from services.leads.person.schemas import PreferredChannel, WaysOut, ways_out
from services.leads.record import answers
from shared.web.clock import Now
from shared.web.concurrency import IfMatchOrAny
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, SingleStatement, Transaction

router = ServiceRouter(prefix="/v1/contacts", tags=["contacts"])


@router.get(
    "/{contact_id}/consents",
    response_model=ConsentsOut,
    openapi_extra=permission("contacts:read"),
    summary="What a contact agreed to",
)
async def get_consents(contact_id: UUID, connection: Reading, caller: Caller) -> Response:
    """What holds now by channel, and every entry, oldest first; with what the lead agreed to that the contact
    came of. Problems: 404 `contact_not_found`."""
    return consent_answer(await consent_of_contact(connection, caller, contact_id))


@router.put(
    "/{contact_id}/consents",
    response_model=ConsentsOut,
    openapi_extra=permission("contacts:write"),
    summary="Record what a contact agreed to or withdrew",
)
async def put_consents(
    contact_id: UUID, body: ConsentsChange, connection: Transaction, caller: Caller, now: Now
) -> Response:
    """Adds entries; nothing is ever changed, so no version is asked for. Withdrawn channels stand in the
    contact's `do_not_contact`. Problems: 404 `contact_not_found`; 422."""
    return consent_answer(await change_consent(connection, caller, contact_id, body.items, now=now))


@router.get(
    "/{contact_id}/preferred-channel",
    response_model=WaysOut,
    openapi_extra=permission("contacts:read"),
    summary="By which ways to reach a contact, the preferred one first",
)
async def get_preferred_channel(contact_id: UUID, connection: Reading, caller: Caller) -> Response:
    """In the order to offer them, without those that were withdrawn. Problems: 404 `contact_not_found`."""
    return answers.one(ways_out(await load_contact(connection, caller, contact_id)))


@router.put(
    "/{contact_id}/preferred-channel",
    response_model=WaysOut,
    openapi_extra=permission("contacts:write"),
    summary="Say how a contact prefers to be spoken to",
)
async def put_preferred_channel(
    *,
    contact_id: UUID,
    body: PreferredChannel,
    connection: SingleStatement,
    caller: Caller,
    now: Now,
    seen: IfMatchOrAny,
) -> Response:
    """phone, email, meeting, web, social, or null. Problems: 404 `contact_not_found`; 409 `record_archived`,
    `record_merged`; 412; 422; 428."""
    person = await prefer_channel(
        connection, caller, contact_id, body.preferred_channel, seen_version=seen, now=now
    )
    return answers.one(ways_out(person))
