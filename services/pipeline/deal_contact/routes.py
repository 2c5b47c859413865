"""`/v1/deals/{id}/contacts`."""

from uuid import UUID

from fastapi import Request, Response

from services.pipeline.answers import one
from services.pipeline.deal.use_cases.note_on_deal import see_deal
from services.pipeline.deal_contact.queries import LISTING, PEOPLE, contact_of
from services.pipeline.deal_contact.schemas import (
    DealContactCreate,
    DealContactOut,
    DealContactPatch,
    contact_out,
)
from services.pipeline.deal_contact.use_cases.keep_contacts import (
    add_contact,
    change_contact,
    remove_contact,
)
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/deals/{deal_id}/contacts", tags=["deals"])
_READ, _WRITE = permission("deals:read"), permission("deals:write")


@router.get(
    "",
    response_model=Page[DealContactOut],
    openapi_extra={**_READ, **LISTING.openapi},
    summary="Contacts of a deal",
)
async def list_contacts(deal_id: UUID, caller: Caller, request: Request, connection: Reading) -> Response:
    """In the order they came, with the deal's `contact_id` as the primary one. 404 `deal_not_found`."""
    await see_deal(connection, deal_id, caller)
    return await LISTING.answer(connection, request, where=[PEOPLE.c.deal_id == deal_id])


@router.post(
    "",
    status_code=201,
    response_model=DealContactOut,
    openapi_extra=_WRITE,
    summary="Bring a contact into a deal",
)
async def post_contact(
    deal_id: UUID, body: DealContactCreate, caller: Caller, connection: Transaction, now: Now
) -> Response:
    """201 with Location and ETag; a new version of the deal, event `...contact_added`. A contact that was
    merged is the one it became part of. 404; 409 `already_on_deal`; 422."""
    values = {name: value for name, value in dict(body).items() if name != "primary"}
    added, deal = await add_contact(connection, deal_id, caller, values, primary=body.primary, now=now)
    shown = contact_out(added, deal.contact_id)
    return one(shown, created_at=f"/v1/deals/{deal_id}/contacts", key="contact_id")


@router.get(
    "/{contact_id}", response_model=DealContactOut, openapi_extra=_READ, summary="One contact of a deal"
)
async def get_contact(deal_id: UUID, contact_id: UUID, caller: Caller, connection: Reading) -> Response:
    """404 `deal_not_found`, `deal_contact_not_found`."""
    await see_deal(connection, deal_id, caller)
    return one((await contact_of(connection, deal_id, contact_id))._asdict())


@router.patch(
    "/{contact_id}",
    response_model=DealContactOut,
    openapi_extra=_WRITE,
    summary="Another part for a contact",
)
async def patch_contact(
    *,
    deal_id: UUID,
    contact_id: UUID,
    body: DealContactPatch,
    if_match: IfMatch,
    caller: Caller,
    connection: Transaction,
    now: Now,
) -> Response:
    """A merge patch. `primary` true takes that from who was it. 404; 412 `version_conflict`; 422; 428."""
    fields = body.changes()
    after, deal = await change_contact(
        connection, deal_id, contact_id, caller, fields, seen_version=if_match, now=now
    )
    return one(contact_out(after, deal.contact_id))


@router.delete("/{contact_id}", status_code=204, openapi_extra=_WRITE, summary="Take a contact out of a deal")
async def delete_contact(
    *,
    deal_id: UUID,
    contact_id: UUID,
    if_match: IfMatchOrAny,
    caller: Caller,
    connection: Transaction,
    now: Now,
) -> None:
    """It plays no part any more; a primary one leaves the deal without. 404; 412; 428."""
    await remove_contact(connection, deal_id, contact_id, caller, seen_version=if_match, now=now)
