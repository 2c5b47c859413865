"""Partners: administration."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Response

from services.gateway.caller.routes import Caller, Callers, GatewayRouter
from services.gateway.partner.domain import Partner
from services.gateway.partner.queries import PARTNERS, shown
from services.gateway.partner.schemas import PartnerIn, PartnerOut, PartnerPatch
from services.gateway.partner.use_cases.check_links import check_links
from services.gateway.partner.use_cases.keep_partners import add_partner, change_partner
from services.gateway.tables import SOURCE
from shared.observability.causes import event_context
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, set_etag
from shared.web.listing import Page
from shared.web.problem import Problem
from shared.web.route import permission
from shared.web.transaction import Reading, Transaction

router = GatewayRouter(prefix="/v1/partners", tags=["partners"])


@router.get(
    "", response_model=Page[PartnerOut], openapi_extra={**PARTNERS.openapi, **permission("partners:read")}
)
async def get_partners(request: Request, connection: Reading) -> Response:
    """List partners."""
    return await PARTNERS.answer(connection, request)


async def _checked_new(body: PartnerIn, request: Request, caller: Caller) -> PartnerIn:
    """Looked up before a connection is taken."""
    await check_links(request.app.state.upstreams, caller.internal_token, body.model_dump())
    return body


async def _checked_patch(body: PartnerPatch, request: Request, caller: Caller) -> PartnerPatch:
    await check_links(request.app.state.upstreams, caller.internal_token, body.changes())
    return body


@router.post("", status_code=201, response_model=PartnerOut, openapi_extra=permission("partners:write"))
async def post_partner(
    *,
    body: Annotated[PartnerIn, Depends(_checked_new)],
    response: Response,
    connection: Transaction,
    now: Now,
) -> Partner:
    """Take a partner in: kind, contract dates, and by their ids the contacts, territory, products and
    programme. 409 `name_taken`; 422 `reference_unknown`, `validation_failed`; 503 or 504 when what it is
    linked with cannot be looked up."""
    partner = await add_partner(connection, body.model_dump(), now=now, context=event_context(SOURCE))
    response.headers["Location"] = f"/v1/partners/{partner.id}"
    set_etag(response, partner.version)
    return partner


@router.get("/{partner_id}", response_model=PartnerOut, openapi_extra=permission("partners:read"))
async def get_partner(partner_id: UUID, response: Response, connection: Reading) -> object:
    """One partner. 404 `partner_not_found`."""
    partner = await shown(connection, partner_id)
    if partner is None:
        raise Problem("partner_not_found", "There is no such partner.")
    set_etag(response, partner["version"])
    return partner


@router.patch("/{partner_id}", response_model=PartnerOut, openapi_extra=permission("partners:write"))
async def patch_partner(
    *,
    partner_id: UUID,
    body: Annotated[PartnerPatch, Depends(_checked_patch)],
    seen_version: IfMatch,
    request: Request,
    response: Response,
    connection: Transaction,
    callers: Callers,
    now: Now,
) -> Partner:
    """Change a partner; `active: false` closes its keys at once. 404 `partner_not_found`; 409 `name_taken`;
    412; 422 `reference_unknown`, `validation_failed`; 503 or 504 when what it is linked with cannot be looked
    up."""
    partner = await change_partner(
        connection,
        partner_id,
        body.changes(),
        seen_version=seen_version,
        now=now,
        context=event_context(SOURCE),
    )
    callers.forget(partner_id)
    callers.also(request.app.state.keys.forget_all)
    set_etag(response, partner.version)
    return partner
