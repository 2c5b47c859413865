"""`/v1/leads/{id}/touches` and `/consents`: how somebody came to us, and how we may answer."""

from uuid import UUID

from fastapi import Response

from services.leads.consent.answers import consent_answer
from services.leads.consent.schemas import ConsentsChange, ConsentsOut
from services.leads.lead.use_cases.change_consent import change_consent, consent_of_lead
from services.leads.lead.use_cases.change_lead import load_lead
from services.leads.lead.use_cases.prefer_channel import prefer_channel
from services.leads.person.schemas import PreferredChannel, WaysOut, ways_out
from services.leads.record import answers
from services.leads.touch.schemas import TouchesOut
from services.leads.touch.use_cases.keep_touches import touches_of
from shared.web import json_body
from shared.web.clock import Now
from shared.web.concurrency import IfMatchOrAny
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, SingleStatement, Transaction

router = ServiceRouter(prefix="/v1/leads", tags=["leads"])
_READ = permission("leads:read")
_WRITE = permission("leads:write")


@router.get(
    "/{lead_id}/touches",
    response_model=TouchesOut,
    openapi_extra=_READ,
    summary="Every time and way a lead came to us",
)
async def get_touches(lead_id: UUID, connection: Reading, caller: Caller) -> Response:
    """Oldest first, at most 1,000. `first` is what the lead's own source, medium, campaign, referrer and
    landing page say and keep saying; `last` is the newest. Problems: 404 `lead_not_found`."""
    await load_lead(connection, caller, lead_id)
    items = await touches_of(connection, lead_id)
    return Response(json_body.dumps({"items": items}), media_type="application/json")


@router.get(
    "/{lead_id}/consents",
    response_model=ConsentsOut,
    openapi_extra=_READ,
    summary="What a lead agreed to",
)
async def get_consents(lead_id: UUID, connection: Reading, caller: Caller) -> Response:
    """What holds now by channel, and every entry, oldest first. Problems: 404 `lead_not_found`."""
    return consent_answer(await consent_of_lead(connection, caller, lead_id))


@router.put(
    "/{lead_id}/consents",
    response_model=ConsentsOut,
    openapi_extra=_WRITE,
    summary="Record what a lead agreed to or withdrew",
)
async def put_consents(
    lead_id: UUID, body: ConsentsChange, connection: Transaction, caller: Caller, now: Now
) -> Response:
    """Adds entries; nothing is ever changed, so no version is asked for. What says what holds already adds
    nothing. Withdrawn channels stand in the lead's `do_not_contact`. Problems: 404 `lead_not_found`; 422."""
    return consent_answer(await change_consent(connection, caller, lead_id, body.items, now=now))


@router.get(
    "/{lead_id}/preferred-channel",
    response_model=WaysOut,
    openapi_extra=_READ,
    summary="By which ways to reach a lead, the preferred one first",
)
async def get_preferred_channel(lead_id: UUID, connection: Reading, caller: Caller) -> Response:
    """In the order to offer them, without those that were withdrawn. Problems: 404 `lead_not_found`."""
    return answers.one(ways_out(await load_lead(connection, caller, lead_id)))


@router.put(
    "/{lead_id}/preferred-channel",
    response_model=WaysOut,
    openapi_extra=_WRITE,
    summary="Say how a lead prefers to be spoken to",
)
async def put_preferred_channel(
    *,
    lead_id: UUID,
    body: PreferredChannel,
    connection: SingleStatement,
    caller: Caller,
    now: Now,
    seen: IfMatchOrAny,
) -> Response:
    """phone, email, meeting, web, social, or null. Problems: 404 `lead_not_found`; 409 `record_archived`,
    `record_merged`; 412; 422; 428."""
    person = await prefer_channel(
        connection, caller, lead_id, body.preferred_channel, seen_version=seen, now=now
    )
    return answers.one(ways_out(person))
