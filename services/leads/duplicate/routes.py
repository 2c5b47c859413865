"""`/v1/duplicates`: pairs that wait for a decision, and looking for more."""

from uuid import UUID

from fastapi import Request, Response

from services.leads.duplicate import queries
from services.leads.duplicate.records import is_in_view
from services.leads.duplicate.schemas import (
    CandidateDetail,
    CandidateOut,
    Decide,
    FoundList,
    ScanOut,
    Search,
)
from services.leads.duplicate.use_cases.decide_duplicate import dismiss_duplicate, load_pair
from services.leads.duplicate.use_cases.link_duplicate import link_duplicate, unlink_duplicate
from services.leads.duplicate.use_cases.scan_records import load_scan, start_scan
from services.leads.duplicate.use_cases.search_duplicates import (
    duplicates_of,
    found_list,
    search_duplicates,
)
from services.leads.record import answers
from shared.observability import context
from shared.web import json_body
from shared.web.clock import Now
from shared.web.concurrency import IfMatchOrAny, etag
from shared.web.identity import Caller, WithCaller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(tags=["duplicates"], dependencies=[WithCaller])
_READ = permission("duplicates:read")
_WRITE = permission("duplicates:write")
_SCAN = permission("duplicates:scan")


@router.get(
    "/v1/duplicates",
    response_model=Page[CandidateOut],
    openapi_extra=_READ | queries.CANDIDATES.openapi,
    summary="Pairs of records that look like one",
)
async def list_duplicates(request: Request, connection: Reading, caller: Caller) -> Response:
    """Newest first, unless sorted otherwise; `status=open` are those that wait, `score=gte:90` the likest.

    Only pairs of which the caller may see both records.
    """
    both = [is_in_view(caller, queries.A_ID), is_in_view(caller, queries.B_ID)]
    return await queries.CANDIDATES.answer(connection, request, where=both)


@router.post(
    "/v1/duplicates/search",
    response_model=FoundList,
    openapi_extra=_READ,
    summary="What would be found, without writing anything",
)
async def post_search(body: Search, connection: Reading, caller: Caller) -> Response:
    """Give the id of a record of `kind`, or values of one that is not there yet; the rules in use are asked.

    Each item has its `score` (0 to 100), for each criterion the `similarity` (0 to 1) and the points earned.
    Problems: 404 for an id the caller may not see; 422.
    """
    return _found(await search_duplicates(connection, caller, body))


@router.post(
    "/v1/duplicates/scan",
    response_model=ScanOut,
    status_code=202,
    openapi_extra=_SCAN,
    summary="Look at every record again",
)
async def post_scan(connection: Transaction, now: Now, body: Decide = Decide()) -> Response:
    """202 with the scan and its Location; the running one, when there is one. Pairs that were dismissed stay
    dismissed. Worked off 200 records at a time beside other work."""
    scan = await start_scan(connection, context.actor.get(), now=now)
    shown = json_body.dumps({name: scan[name] for name in ScanOut.model_fields})
    where = {"Location": f"/v1/duplicates/scans/{scan['id']}"}
    return Response(shown, 202, where, media_type="application/json")


@router.get(
    "/v1/duplicates/scans/{scan_id}", response_model=ScanOut, openapi_extra=_SCAN, summary="How far a scan is"
)
async def get_scan(scan_id: UUID, connection: Reading) -> Response:
    """Problems: 404 `scan_not_found`."""
    scan = await load_scan(connection, scan_id)
    shown = json_body.dumps({name: scan[name] for name in ScanOut.model_fields})
    return Response(shown, media_type="application/json")


@router.get(
    "/v1/duplicates/{duplicate_id}",
    response_model=CandidateDetail,
    openapi_extra=_READ,
    summary="One pair, side by side",
)
async def get_duplicate(duplicate_id: UUID, connection: Reading, caller: Caller) -> Response:
    """With both records, the reasons and the ETag. Problems: 404 `duplicate_not_found`."""
    pair, first, second = await load_pair(connection, caller, duplicate_id)
    shown = {**answers.fields_of(pair, CandidateOut), "a": first, "b": second}
    return Response(
        json_body.dumps(shown), headers={"ETag": etag(pair.version)}, media_type="application/json"
    )


@router.post(
    "/v1/duplicates/{duplicate_id}/dismiss",
    response_model=CandidateOut,
    openapi_extra=_WRITE,
    summary="They are two",
)
async def post_dismiss(
    *,
    duplicate_id: UUID,
    body: Decide = Decide(),
    connection: Transaction,
    caller: Caller,
    now: Now,
    seen: IfMatchOrAny,
) -> Response:
    """The pair stays dismissed, also when it is found again.

    Problems: 404 `duplicate_not_found`; 409 `state_conflict`; 412; 428.
    """
    pair = await dismiss_duplicate(connection, caller, duplicate_id, seen_version=seen, now=now)
    return answers.one(answers.fields_of(pair, CandidateOut))


@router.post(
    "/v1/duplicates/{duplicate_id}/link",
    response_model=CandidateOut,
    openapi_extra=_WRITE,
    summary="The lead is of this contact or account",
)
async def post_link(
    *,
    duplicate_id: UUID,
    body: Decide = Decide(),
    connection: Transaction,
    caller: Caller,
    now: Now,
    seen: IfMatchOrAny,
) -> Response:
    """The lead stays a lead with `contact_id` and `account_id`, or `account_id` alone; converting it uses
    them instead of making new ones. The contact's own account is linked with it.

    Problems: 404 `duplicate_not_found`; 409 `state_conflict` (two leads, decided before, or linked to another
    one), `lead_not_open`, `record_archived`, `record_merged`; 412; 428.
    """
    pair = await link_duplicate(connection, caller, duplicate_id, seen_version=seen, now=now)
    return answers.one(answers.fields_of(pair, CandidateOut))


@router.post(
    "/v1/duplicates/{duplicate_id}/unlink",
    response_model=CandidateOut,
    openapi_extra=_WRITE,
    summary="The lead is not of this contact or account",
)
async def post_unlink(
    *,
    duplicate_id: UUID,
    body: Decide = Decide(),
    connection: Transaction,
    caller: Caller,
    now: Now,
    seen: IfMatchOrAny,
) -> Response:
    """The pair waits for a decision again, and the lead's links are taken away, unless another linked pair
    says them too.

    Problems: 404 `duplicate_not_found`; 409 `state_conflict`, `lead_not_open` (converted since); 412; 428.
    """
    pair = await unlink_duplicate(connection, caller, duplicate_id, seen_version=seen, now=now)
    return answers.one(answers.fields_of(pair, CandidateOut))


@router.get(
    "/v1/leads/{lead_id}/duplicates",
    response_model=FoundList,
    openapi_extra=permission("leads:read"),
    summary="What is the same as a lead",
)
async def get_lead_duplicates(lead_id: UUID, connection: Reading, caller: Caller) -> Response:
    """Leads, contacts and accounts by the rules in use, found now. Problems: 404 `lead_not_found`."""
    return _found(await duplicates_of(connection, caller, "lead", lead_id))


@router.get(
    "/v1/contacts/{contact_id}/duplicates",
    response_model=FoundList,
    openapi_extra=permission("contacts:read"),
    summary="What is the same as a contact",
)
async def get_contact_duplicates(contact_id: UUID, connection: Reading, caller: Caller) -> Response:
    """Contacts and leads by the rules in use, found now. Problems: 404 `contact_not_found`."""
    return _found(await duplicates_of(connection, caller, "contact", contact_id))


@router.get(
    "/v1/accounts/{account_id}/duplicates",
    response_model=FoundList,
    openapi_extra=permission("accounts:read"),
    summary="What is the same as an account",
)
async def get_account_duplicates(account_id: UUID, connection: Reading, caller: Caller) -> Response:
    """Accounts and leads by the rules in use, found now. Problems: 404 `account_not_found`."""
    return _found(await duplicates_of(connection, caller, "account", account_id))


def _found(items: list[dict[str, object]]) -> Response:
    return Response(json_body.dumps(found_list(items, FoundList)), media_type="application/json")
