"""`/v1/leads/{id}/needs`, `/v1/products/{id}/need-tags`, `/v1/prospects` and `/v1/account-prospects`."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Request, Response

from services.leads.need import queries, repository
from services.leads.need.domain import About, Need
from services.leads.need.schemas import (
    AccountProspect,
    NeedCreate,
    NeedOut,
    NeedPatch,
    Needs,
    NeedTags,
    Prospect,
)
from services.leads.need.use_cases.keep_tags import check_tags
from services.leads.need.use_cases.record_needs import add_need, check_in_view, edit_need, take_back
from services.leads.product.use_cases.check_products import check_product
from services.leads.record import answers
from services.leads.record.schemas import raw, read
from shared.contracts.identity import Identity
from shared.web import json_body
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1", tags=["needs"])
_READ = permission("leads:read")
_WRITE = permission("leads:write")


@router.get("/leads/{lead_id}/needs", response_model=Needs, openapi_extra=_READ, summary="Needs of a lead")
async def get_needs(lead_id: UUID, connection: Reading, caller: Caller) -> Response:
    """The newest first, without those taken back. Problems: 404 `lead_not_found`."""
    return await shown_needs(connection, caller, About(lead_id=lead_id))


@router.post(
    "/leads/{lead_id}/needs",
    response_model=NeedOut,
    status_code=201,
    openapi_extra=_WRITE,
    summary="Note a need",
)
async def post_need(
    lead_id: UUID, body: NeedCreate, connection: Transaction, caller: Caller, now: Now
) -> Response:
    """201 with Location and ETag; the tags join the lead's `needs`. Problems: 404 `lead_not_found`; 422
    `need_tag_unknown` where only tags of the catalogue may be used."""
    need = await add_need(connection, caller, About(lead_id=lead_id), dict(body), now=now)
    return one_need(need, created_at=f"/v1/leads/{lead_id}/needs")


@router.patch(
    "/leads/{lead_id}/needs/{need_id}", response_model=NeedOut, openapi_extra=_WRITE, summary="Edit a need"
)
async def patch_need(
    *,
    lead_id: UUID,
    need_id: UUID,
    body: Annotated[raw(NeedPatch), Body()],  # type: ignore[valid-type]
    connection: Transaction,
    caller: Caller,
    now: Now,
    seen: IfMatch,
) -> Response:
    """A merge patch. Problems: 404 `lead_not_found`, `need_not_found`; 412; 422; 428."""
    values = read(NeedPatch, body).given()
    about = About(lead_id=lead_id)
    return one_need(await edit_need(connection, caller, about, need_id, values, seen_version=seen, now=now))


@router.delete(
    "/leads/{lead_id}/needs/{need_id}", status_code=204, openapi_extra=_WRITE, summary="Take a need back"
)
async def delete_need(
    *, lead_id: UUID, need_id: UUID, connection: Transaction, caller: Caller, now: Now, seen: IfMatchOrAny
) -> None:
    """Put away, not erased. Problems: 404 `lead_not_found`, `need_not_found`; 412; 428."""
    await take_back(connection, caller, About(lead_id=lead_id), need_id, seen_version=seen, now=now)


@router.put(
    "/products/{product_id}/need-tags",
    response_model=NeedTags,
    openapi_extra=permission("lead_settings:write"),
    summary="Say which needs a product answers",
)
async def put_tags(
    product_id: UUID, body: NeedTags, connection: Transaction, _: Caller, now: Now
) -> Response:
    """By the product's id; replaces what was said.

    Problems: 404 `product_not_found`; 422 `need_tag_unknown` where only tags of the catalogue may be used.
    """
    await check_tags(connection, body.tags)
    await check_product(connection, product_id)
    await repository.set_tags(connection, product_id, list(dict.fromkeys(body.tags)), now)
    return Response(json_body.dumps({"tags": body.tags}), media_type="application/json")


@router.get(
    "/products/{product_id}/need-tags",
    response_model=NeedTags,
    openapi_extra=_READ,
    summary="Which needs a product answers",
)
async def get_tags(product_id: UUID, connection: Reading, _: Caller) -> Response:
    """None until somebody says it. Problems: 404 `product_not_found`."""
    return Response(
        json_body.dumps({"tags": await _tags(connection, product_id)}), media_type="application/json"
    )


@router.get(
    "/prospects",
    response_model=Page[Prospect],
    openapi_extra=_READ | queries.PROSPECTS.openapi,
    summary="Whom a product helps",
)
async def list_prospects(request: Request, connection: Reading, caller: Caller) -> Response:
    """Open leads to be pursued with needs that a product answers, the most such needs first:
    `product_id=` names the product; without it, every lead with every product that helps it."""
    where = queries.is_prospect(caller)
    return await queries.PROSPECTS.answer(connection, request, where=where, to_item=queries.prospect_shown)


@router.get(
    "/account-prospects",
    response_model=Page[AccountProspect],
    openapi_extra=permission("accounts:read") | queries.ACCOUNT_PROSPECTS.openapi,
    summary="Which accounts a product helps",
)
async def list_account_prospects(request: Request, connection: Reading, caller: Caller) -> Response:
    """Accounts to be pursued with needs that a product answers, the most such needs first: `product_id=`
    names the product; without it, every account with every product that helps it."""
    where = queries.is_account_prospect(caller)
    return await queries.ACCOUNT_PROSPECTS.answer(
        connection, request, where=where, to_item=queries.account_prospect_shown
    )


async def _tags(connection: Reading, product_id: UUID) -> tuple[str, ...]:
    tags = await repository.tags_of(connection, product_id)
    if tags is None:
        await check_product(connection, product_id)
    return tags or ()


async def shown_needs(connection: Reading, caller: Identity, about: About) -> Response:
    """The needs as they are answered."""
    await check_in_view(connection, caller, about)
    items = [answers.fields_of(need, NeedOut) for need in await repository.needs_of(connection, about)]
    return Response(json_body.dumps({"items": items}), media_type="application/json")


def one_need(need: Need, *, created_at: str | None = None) -> Response:
    """One of them."""
    return answers.one(answers.fields_of(need, NeedOut), created_at=created_at)
