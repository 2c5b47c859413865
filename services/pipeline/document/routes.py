"""`/v1/deals/{id}/documents` and `/v1/documents`."""

from uuid import UUID

from fastapi import Request, Response

from services.pipeline.answers import one, shown
from services.pipeline.deal.use_cases.note_on_deal import see_deal
from services.pipeline.document.queries import LISTING, concerns
from services.pipeline.document.repository import DOCUMENTS
from services.pipeline.document.schemas import DocumentCreate, DocumentOut, DocumentPatch
from services.pipeline.document.use_cases.register_documents import (
    edit_document,
    register_document,
    see_document,
)
from shared.web.clock import Now
from shared.web.concurrency import IfMatch
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1", tags=["deals"])
_READ, _WRITE = permission("deals:read"), permission("deals:write")


@router.get(
    "/deals/{deal_id}/documents",
    response_model=Page[DocumentOut],
    openapi_extra={**_READ, **LISTING.openapi},
    summary="Papers of a deal",
)
async def list_documents_of_deal(
    deal_id: UUID, caller: Caller, request: Request, connection: Reading
) -> Response:
    """The newest first; `q` searches number and title. 404 `deal_not_found`."""
    await see_deal(connection, deal_id, caller)
    return await LISTING.answer(connection, request, where=[DOCUMENTS.table.c.deal_id == deal_id])


@router.post(
    "/deals/{deal_id}/documents",
    status_code=201,
    response_model=DocumentOut,
    openapi_extra=_WRITE,
    summary="Register a paper",
)
async def post_document(
    deal_id: UUID, body: DocumentCreate, caller: Caller, connection: Transaction, now: Now
) -> Response:
    """What it is and where it lies; the paper itself is not kept here. A new version of the deal, event
    `pipeline.deal.document_added`. 404 `deal_not_found`; 422 `reference_unknown` for an unknown member."""
    paper = await register_document(connection, deal_id, caller, dict(body), now=now)
    return one(shown(paper, DocumentOut), created_at="/v1/documents")


@router.get(
    "/documents",
    response_model=Page[DocumentOut],
    openapi_extra={**_READ, **LISTING.openapi},
    summary="Papers of all deals",
)
async def list_documents(caller: Caller, request: Request, connection: Reading) -> Response:
    """Those of deals the caller may read and those the caller handles (`owner_id`), the newest first;
    `status=draft&type=contract` is what waits for the order desk."""
    return await LISTING.answer(connection, request, where=[await concerns(connection, caller)])


@router.get("/documents/{document_id}", response_model=DocumentOut, openapi_extra=_READ, summary="One paper")
async def get_document(document_id: UUID, caller: Caller, connection: Reading) -> Response:
    """404 `document_not_found`."""
    return one(shown(await see_document(connection, document_id, caller), DocumentOut))


@router.patch(
    "/documents/{document_id}", response_model=DocumentOut, openapi_extra=_WRITE, summary="Edit a paper"
)
async def patch_document(
    *,
    document_id: UUID,
    body: DocumentPatch,
    if_match: IfMatch,
    caller: Caller,
    connection: Transaction,
    now: Now,
) -> Response:
    """A merge patch, by who sees the deal and by who handles the paper; event `...document_changed`.

    404 `document_not_found`; 409 `state_conflict` for a void paper and for a status that goes back; 412; 422;
    428.
    """
    fields = body.changes()
    paper = await edit_document(connection, document_id, caller, fields, seen_version=if_match, now=now)
    return one(shown(paper, DocumentOut))
