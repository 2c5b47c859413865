"""`/v1/contacts/{id}/consents`: how a contact may be spoken to."""

from uuid import UUID

from fastapi import Response

from services.leads.consent.answers import consent_answer
from services.leads.consent.schemas import ConsentsChange, ConsentsOut
from services.leads.contact.use_cases.change_consent import change_consent, consent_of_contact
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

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
