"""`/v1/contacts`."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Request, Response

from services.leads.contact import queries
from services.leads.contact.schemas import (
    ContactBatch,
    ContactCreate,
    ContactOut,
    ContactPatch,
)
from services.leads.contact.scope import visible
from services.leads.contact.use_cases.archive_contact import archive_contact, restore_contact
from services.leads.contact.use_cases.create_contact import create_contact
from services.leads.contact.use_cases.edit_contact import edit_contact, load_contact
from services.leads.contact.use_cases.load_contacts import load_contacts
from services.leads.record import answers
from services.leads.record.archive import unless_asked
from services.leads.record.schemas import raw
from shared.web.batch import BatchAnswer, check_items
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, SingleStatement

router = ServiceRouter(prefix="/v1/contacts", tags=["contacts"])
_READ = permission("contacts:read")
_WRITE = permission("contacts:write")


@router.post("", response_model=ContactOut, status_code=201, openapi_extra=_WRITE, summary="Create a contact")
async def post_contact(
    body: ContactCreate, connection: SingleStatement, caller: Caller, now: Now
) -> Response:
    """201 with Location and ETag. A rep's new contact is the rep's own.

    Problems: 403 `forbidden` (a rep naming another owner); 409 `external_id_taken` with `id`; 422
    `validation_failed`, `reference_unknown`.
    """
    contact = await create_contact(connection, caller, body, now=now)
    return answers.one(answers.fields_of(contact, ContactOut), created_at="/v1/contacts")


@router.post("/batch", response_model=BatchAnswer, openapi_extra=_WRITE, summary="Create or renew contacts")
async def post_contacts(
    body: ContactBatch, connection: SingleStatement, caller: Caller, now: Now
) -> Response:
    """Up to 1,000 contacts; those with `source_system` and `external_id` are made or renewed by these.

    200 with a result for each item in order: created, updated, unchanged or rejected with its problem.
    """
    checked = check_items(body.items, ContactCreate)
    return answers.batch(checked, await load_contacts(connection, caller, checked.good, now=now))


@router.get(
    "", response_model=Page[ContactOut], openapi_extra=_READ | queries.CONTACTS.openapi, summary="Contacts"
)
async def list_contacts(request: Request, connection: Reading, caller: Caller) -> Response:
    """Newest first, unless sorted otherwise. `q` looks in name and e-mail.

    What is put away is left out, unless there is a filter on it: `archived_at=is:notnull`.
    """
    where = [visible(caller), unless_asked(request, queries.CONTACTS)]
    return await queries.CONTACTS.answer(connection, request, where=where)


@router.get("/{contact_id}", response_model=ContactOut, openapi_extra=_READ, summary="One contact")
async def get_contact(contact_id: UUID, connection: Reading, caller: Caller) -> Response:
    """With its ETag. Problems: 404 `contact_not_found`."""
    return answers.one(answers.fields_of(await load_contact(connection, caller, contact_id), ContactOut))


@router.patch("/{contact_id}", response_model=ContactOut, openapi_extra=_WRITE, summary="Edit a contact")
async def patch_contact(
    *,
    contact_id: UUID,
    body: Annotated[raw(ContactPatch), Body()],  # type: ignore[valid-type]
    connection: SingleStatement,
    caller: Caller,
    now: Now,
    seen: IfMatch,
) -> Response:
    """A merge patch. Edits of different fields merge.

    Problems: 403 `forbidden` (a rep giving it to another owner); 404 `contact_not_found`; 412
    `version_conflict`; 422 `validation_failed`, `reference_unknown`; 428.
    """
    contact = await edit_contact(connection, caller, contact_id, body, seen_version=seen, now=now)
    return answers.one(answers.fields_of(contact, ContactOut))


@router.delete("/{contact_id}", status_code=204, openapi_extra=_WRITE, summary="Put a contact away")
async def delete_contact(
    contact_id: UUID, connection: SingleStatement, caller: Caller, now: Now, seen: IfMatchOrAny
) -> None:
    """Archived, not erased: lists leave it out, its id still answers, `restore` brings it back.

    204, also when it was put away before. Problems: 404 `contact_not_found`; 412 `version_conflict`; 428.
    """
    await archive_contact(connection, caller, contact_id, seen_version=seen, now=now)


@router.post(
    "/{contact_id}/restore", response_model=ContactOut, openapi_extra=_WRITE, summary="Bring a contact back"
)
async def post_restore(
    contact_id: UUID, connection: SingleStatement, caller: Caller, now: Now, seen: IfMatchOrAny
) -> Response:
    """From the archive, as it was. Problems: 404 `contact_not_found`; 412 `version_conflict`; 428."""
    contact = await restore_contact(connection, caller, contact_id, seen_version=seen, now=now)
    return answers.one(answers.fields_of(contact, ContactOut))
