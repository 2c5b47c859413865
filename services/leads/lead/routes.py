"""`/v1/leads`."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Body, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.lead import queries, score_queries
from services.leads.lead.schemas import (
    Convert,
    Disqualify,
    History,
    LeadCreate,
    LeadOut,
    LeadPatch,
    OutcomeBatch,
    OutcomeElsewhere,
    OutcomeItem,
    Qualify,
    RankedLead,
    lead_out,
)
from services.leads.lead.scope import visible
from services.leads.lead.use_cases.archive_lead import archive_lead, restore_lead
from services.leads.lead.use_cases.change_lead import load_lead
from services.leads.lead.use_cases.convert_lead import convert_lead
from services.leads.lead.use_cases.create_lead import create_lead
from services.leads.lead.use_cases.disqualify_lead import disqualify_lead
from services.leads.lead.use_cases.edit_lead import edit_lead
from services.leads.lead.use_cases.load_leads import load_leads
from services.leads.lead.use_cases.qualify_lead import qualify_lead
from services.leads.lead.use_cases.record_outcome import record_outcome
from services.leads.lead.use_cases.record_outcomes import record_outcomes
from services.leads.record import answers
from services.leads.record.archive import unless_asked
from services.leads.record.bodies import batch_of, read_batch
from services.leads.record.schemas import raw
from services.leads.record.streaming import Results, answer_stream, is_stream
from shared.web import json_body
from shared.web.batch import BatchAnswer, check_items
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, ServiceDatabase, SingleStatement, Transaction

router = ServiceRouter(prefix="/v1/leads", tags=["leads"])
_READ = permission("leads:read")
_WRITE = permission("leads:write")


@router.post("", response_model=LeadOut, status_code=201, openapi_extra=_WRITE, summary="Create a lead")
async def post_lead(body: LeadCreate, connection: SingleStatement, caller: Caller, now: Now) -> Response:
    """201 with Location and ETag. A rep's new lead is the rep's own.

    Problems: 403 `forbidden` (a rep naming another owner); 409 `external_id_taken` with `id`,
    `duplicate_found` where the policy of its source says so, with `duplicates`: what it looks like, as far as
    the caller may see that; 422 `validation_failed` (`email_invalid`, `phone_invalid` ...),
    `reference_unknown`.
    """
    lead = await create_lead(connection, caller, body, now=now)
    return answers.one(lead_out(lead), created_at="/v1/leads")


@router.post(
    "/batch",
    response_model=BatchAnswer,
    openapi_extra=_WRITE | batch_of(LeadCreate),
    summary="Create or renew leads",
)
async def post_leads(
    request: Request, connection: SingleStatement, database: ServiceDatabase, caller: Caller, now: Now
) -> Response:
    """Up to 1,000 leads; those with `source_system` and `external_id` are made or renewed by these.

    200 with a result for each item in order: created, updated, unchanged or rejected with its problem, also
    `duplicate_found` as for a single one; items are compared with those before them, too.
    `application/x-ndjson` bodies hold one lead a line, have no limit, and are answered by one line for each.
    """

    async def apply(on: AsyncConnection, items: Sequence[object], first: int) -> Results:
        checked = check_items(items, LeadCreate, first=first)
        return answers.settled(checked, await load_leads(on, caller, checked.good, now=now)).items

    if is_stream(request):
        return await answer_stream(request, database, apply)
    results = await apply(connection, await read_batch(request), 0)
    return Response(json_body.dumps({"items": results}), media_type="application/json")


@router.get("", response_model=Page[LeadOut], openapi_extra=_READ | queries.LEADS.openapi, summary="Leads")
async def list_leads(request: Request, connection: Reading, caller: Caller) -> Response:
    """Newest first, unless sorted otherwise. `q` looks in name, company and e-mail.

    What is put away is left out, unless there is a filter on it: `archived_at=is:notnull`.
    """
    where = [visible(caller), unless_asked(request, queries.LEADS)]
    return await queries.LEADS.answer(connection, request, where=where, to_item=queries.shown)


@router.get(
    "/scores",
    response_model=Page[RankedLead],
    openapi_extra=_READ | score_queries.SCORES.openapi,
    summary="Open leads, the likeliest first",
)
async def list_scores(request: Request, connection: Reading, caller: Caller) -> Response:
    """Open leads that are scored, by their probability of becoming a customer (0 to 1).

    `product_id` is the id of the product whose name the lead's `product_interest` is, in any case; without
    such a product, the words themselves, which `product_interest` always is. Formula and figures of the
    probability: `GET /v1/scoring/model`; the reasons of one lead: `GET /v1/leads/{id}/score`.
    """
    where = [visible(caller), *score_queries.RANKED]
    return await score_queries.SCORES.answer(connection, request, where=where, to_item=score_queries.ranked)


@router.post(
    "/outcomes/batch",
    response_model=BatchAnswer,
    openapi_extra=_WRITE,
    summary="Record how many loaded leads ended",
)
async def post_outcomes(
    body: OutcomeBatch, connection: SingleStatement, caller: Caller, now: Now
) -> Response:
    """Up to 1,000, each named by `lead_id` or by `source_system` and `external_id`; as `POST .../outcome`.

    200 with a result for each item in order: updated, unchanged (it was recorded before) or rejected with its
    problem (`lead_not_found`, `lead_not_open`, `validation_failed`).
    """
    checked = check_items(body.items, OutcomeItem)
    return answers.batch(checked, await record_outcomes(connection, caller, checked.good, now=now))


@router.get("/{lead_id}", response_model=LeadOut, openapi_extra=_READ, summary="One lead")
async def get_lead(lead_id: UUID, connection: Reading, caller: Caller) -> Response:
    """With its ETag. Problems: 404 `lead_not_found`."""
    return answers.one(lead_out(await load_lead(connection, caller, lead_id)))


@router.patch("/{lead_id}", response_model=LeadOut, openapi_extra=_WRITE, summary="Edit a lead")
async def patch_lead(
    *,
    lead_id: UUID,
    body: Annotated[raw(LeadPatch), Body()],  # type: ignore[valid-type]
    connection: SingleStatement,
    caller: Caller,
    now: Now,
    seen: IfMatch,
) -> Response:
    """A merge patch. Edits of different fields merge; fields a member has edited are safe from the partner.

    Problems: 404 `lead_not_found`; 412 `version_conflict` with base, theirs and yours; 422; 428.
    """
    lead = await edit_lead(connection, caller, lead_id, body, seen_version=seen, now=now)
    return answers.one(lead_out(lead))


@router.post("/{lead_id}/qualify", response_model=LeadOut, openapi_extra=_WRITE, summary="Qualify a lead")
async def post_qualify(
    *,
    lead_id: UUID,
    body: Qualify = Qualify(),
    connection: SingleStatement,
    caller: Caller,
    now: Now,
    seen: IfMatchOrAny,
) -> Response:
    """From new or contacted. Problems: 404; 409 `lead_not_open`; 412; 428."""
    lead = await qualify_lead(connection, caller, lead_id, seen_version=seen, now=now)
    return answers.one(lead_out(lead))


@router.post(
    "/{lead_id}/disqualify", response_model=LeadOut, openapi_extra=_WRITE, summary="Disqualify a lead"
)
async def post_disqualify(
    *,
    lead_id: UUID,
    body: Disqualify,
    connection: SingleStatement,
    caller: Caller,
    now: Now,
    seen: IfMatchOrAny,
) -> Response:
    """From new, contacted or qualified, with the reason. Problems: 404; 409 `lead_not_open`; 412; 428."""
    lead = await disqualify_lead(connection, caller, lead_id, body.reason, seen_version=seen, now=now)
    return answers.one(lead_out(lead))


@router.post("/{lead_id}/convert", response_model=LeadOut, openapi_extra=_WRITE, summary="Convert a lead")
async def post_convert(
    *,
    lead_id: UUID,
    body: Convert = Convert(),
    connection: Transaction,
    caller: Caller,
    now: Now,
    seen: IfMatchOrAny,
) -> Response:
    """A qualified lead becomes an account, a contact and, where wanted, a deal: all or nothing.

    The account is `account_id`, else the one the lead is linked to, else the one of the same company name,
    else new; the contact is the one the lead is linked to, else the account's with the same e-mail, else new.
    `deal_id` is null until the pipeline has opened the deal.
    Problems: 404; 409 `lead_not_qualified`, `lead_already_converted` with what it became; 412; 422
    `reference_unknown`, `rate_missing`; 428.
    """
    lead = await convert_lead(connection, caller, lead_id, body, seen_version=seen, now=now)
    return answers.one(lead_out(lead))


@router.post(
    "/{lead_id}/outcome",
    response_model=LeadOut,
    openapi_extra=_WRITE,
    summary="Record how a loaded lead ended",
)
async def post_outcome(
    *,
    lead_id: UUID,
    body: OutcomeElsewhere,
    connection: SingleStatement,
    caller: Caller,
    now: Now,
    seen: IfMatchOrAny,
) -> Response:
    """For history of another system: converted or not, at its own date; no account or deal is made.

    Problems: 404; 409 `lead_not_open`; 412; 422 (`at` before the lead or in the future); 428.
    """
    lead = await record_outcome(
        connection, caller, lead_id, converted=body.converted, at=body.at, seen_version=seen, now=now
    )
    return answers.one(lead_out(lead))


@router.get(
    "/{lead_id}/history", response_model=History, openapi_extra=_READ, summary="What became of a lead"
)
async def get_history(lead_id: UUID, connection: Reading, caller: Caller) -> Response:
    """Every step, oldest first: when, what, by whom, and the changed fields before and after."""
    await load_lead(connection, caller, lead_id)
    steps: dict[str, Any] = {"items": await queries.history(connection, lead_id)}
    return Response(json_body.dumps(steps), media_type="application/json")


@router.delete("/{lead_id}", status_code=204, openapi_extra=_WRITE, summary="Put a lead away")
async def delete_lead(
    lead_id: UUID, connection: SingleStatement, caller: Caller, now: Now, seen: IfMatchOrAny
) -> None:
    """Archived, not erased: lists leave it out, its id still answers, `restore` brings it back.

    204, also when it was put away before. Problems: 404 `lead_not_found`; 412 `version_conflict`; 428.
    """
    await archive_lead(connection, caller, lead_id, seen_version=seen, now=now)


@router.post("/{lead_id}/restore", response_model=LeadOut, openapi_extra=_WRITE, summary="Bring a lead back")
async def post_restore(
    lead_id: UUID, connection: SingleStatement, caller: Caller, now: Now, seen: IfMatchOrAny
) -> Response:
    """From the archive, as it was. Problems: 404 `lead_not_found`; 412 `version_conflict`; 428."""
    lead = await restore_lead(connection, caller, lead_id, seen_version=seen, now=now)
    return answers.one(lead_out(lead))
