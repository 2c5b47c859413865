"""`/v1/inquiries`: what mail programs, telephones, sites and networks tell us."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

from fastapi import Body, Request, Response
from sqlalchemy import Row
from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.inquiry import queries, repository
from services.leads.inquiry.domain import InquiryError
from services.leads.inquiry.schemas import (
    AnyInquiry,
    InquiryAnswer,
    InquiryBatchAnswer,
    InquiryBody,
    InquiryOut,
    SettingsIn,
    SettingsOut,
    read_body,
)
from services.leads.inquiry.scope import visible
from services.leads.inquiry.use_cases.follow_inquiries import load_inquiry, with_answers
from services.leads.inquiry.use_cases.receive_inquiries import Received, receive_inquiries
from services.leads.record.bodies import batch_of
from services.leads.record.schemas import raw
from services.leads.record.streaming import Results, answer_batch
from shared.contracts.errors import DomainError
from shared.web import json_body
from shared.web.clock import Now
from shared.web.concurrency import IfMatchOrAny, etag
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.problem import problem_of
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, ServiceDatabase, Transaction

router = ServiceRouter(prefix="/v1", tags=["inquiries"])
_READ = permission("inquiries:read")
_WRITE = permission("inquiries:write")
_SETTINGS = permission("inquiries:configure")


@router.post(
    "/inquiries",
    response_model=InquiryAnswer,
    status_code=201,
    responses={200: {"model": InquiryAnswer, "description": "It came before."}},
    openapi_extra=_WRITE,
    summary="Take in an inquiry",
)
async def post_inquiry(
    body: Annotated[raw(InquiryBody), Body()],  # type: ignore[valid-type]
    connection: Transaction,
    caller: Caller,
    now: Now,
) -> Response:
    """A mail, call, visit or message. 201 with Location and `status`: `attached` to the lead or contact of
    the mail it answers (`in_reply_to`, header References), else the open lead, else the contact of exactly
    this e-mail or phone; `created`, a new lead; `quarantined`, nobody could answer it; `ignored`: our own
    mail, bounces, automatic answers, mail to many. 200 `unchanged` when it came before, by (`source_system`,
    `external_id`) or `message_id`. Problems: 422 `validation_failed`.
    """
    (received,) = await receive_inquiries(connection, [read_body(body)], now=now)
    shown = _answer(received)
    if received.status == "unchanged":
        return Response(json_body.dumps(shown), media_type="application/json")
    where = {"Location": f"/v1/inquiries/{shown['id']}"}
    return Response(json_body.dumps(shown), 201, where, media_type="application/json")


@router.post(
    "/inquiries/batch",
    response_model=InquiryBatchAnswer,
    openapi_extra=_WRITE | batch_of(InquiryBody),
    summary="Take in many inquiries",
)
async def post_inquiries(request: Request, database: ServiceDatabase, caller: Caller, now: Now) -> Response:
    """Up to 1,000; each is judged by itself. 200 with a result for each in order, as of one, or `rejected`
    with its problem. `application/x-ndjson` bodies hold one a line, have no limit, and are answered by one
    line for each.
    """

    async def apply(on: AsyncConnection, items: Sequence[object], first: int) -> Results:
        results: dict[int, dict[str, Any]] = {}
        good: list[tuple[int, AnyInquiry]] = []
        for index, item in enumerate(items, first):
            try:
                good.append((index, read_body(item)))
            except DomainError as refusal:
                results[index] = {
                    "index": index,
                    "status": "rejected",
                    "id": None,
                    "problem": problem_of(refusal),
                }
        received = await receive_inquiries(on, [body for _, body in good], now=now)
        for (index, _), each in zip(good, received, strict=True):
            results[index] = {"index": index, **_answer(each), "problem": None}
        return [results[index] for index in sorted(results)]

    return await answer_batch(request, database, apply)


@router.get(
    "/inquiries",
    response_model=Page[InquiryOut],
    openapi_extra=_READ | queries.INQUIRIES.openapi,
    summary="Inquiries and who answered them",
)
async def list_inquiries(request: Request, connection: Reading, caller: Caller) -> Response:
    """Newest first, unless sorted otherwise.

    `response_minutes` = first activity of ours with the person after the inquiry minus the inquiry's time, in
    elapsed minutes; null while nobody has answered. `handled_by` is that activity's owner.
    """
    found: list[dict[str, Any]] = []

    def keep(row: Row[Any]) -> dict[str, Any]:
        found.append(dict(row._mapping))
        return found[-1]

    page = await queries.INQUIRIES.page(connection, request, where=[visible(caller)], to_item=keep)
    names = queries.INQUIRIES.read(request).fields or tuple(InquiryOut.model_fields)
    page["items"] = [{name: each[name] for name in names} for each in await with_answers(connection, found)]
    return Response(json_body.dumps(page), media_type="application/json")


@router.get("/inquiries/{inquiry_id}", response_model=InquiryOut, openapi_extra=_READ, summary="One inquiry")
async def get_inquiry(inquiry_id: UUID, connection: Reading, caller: Caller) -> Response:
    """With who answered it and how soon. Problems: 404 `inquiry_not_found`."""
    found = await load_inquiry(connection, caller, inquiry_id)
    shown = {name: found[name] for name in InquiryOut.model_fields}
    return Response(json_body.dumps(shown), media_type="application/json")


@router.get(
    "/inquiry-settings", response_model=SettingsOut, openapi_extra=_SETTINGS, summary="Our own mail domains"
)
async def get_settings(connection: Reading, caller: Caller) -> Response:
    """With its ETag; version 0 before anything was set."""
    return _settings(*await repository.own_mail_domains(connection))


@router.put(
    "/inquiry-settings",
    response_model=SettingsOut,
    openapi_extra=_SETTINGS,
    summary="Set our own mail domains",
)
async def put_settings(
    body: SettingsIn, connection: Transaction, caller: Caller, seen: IfMatchOrAny
) -> Response:
    """Mail from these domains makes no leads from now on. Problems: 412 `version_conflict`; 422; 428."""
    version = await repository.set_own_mail_domains(connection, body.own_mail_domains, seen)
    if version is None:
        raise InquiryError("version_conflict", "The settings were changed meanwhile; read them again.")
    return _settings(version, body.own_mail_domains)


def _settings(version: int, domains: tuple[str, ...]) -> Response:
    shown = {"version": version, "own_mail_domains": list(domains)}
    return Response(json_body.dumps(shown), headers={"ETag": etag(version)}, media_type="application/json")


def _answer(received: Received) -> dict[str, Any]:
    inquiry_id = received.id or received.said.id
    links = {name: received.links[name] for name in ("lead_id", "contact_id", "account_id", "activity_id")}
    return {"id": inquiry_id, "receipt_id": inquiry_id, "status": received.status, **links}
