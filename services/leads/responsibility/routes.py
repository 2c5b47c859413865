"""`/v1/sellers/{member_id}/responsibilities`."""

from uuid import UUID

from fastapi import Request, Response

from services.leads.responsibility import queries
from services.leads.responsibility.schemas import ResponsibilityCreate, ResponsibilityOut
from services.leads.responsibility.use_cases.give_responsibility import (
    end_responsibility,
    give_responsibility,
)
from services.leads.seller.use_cases.describe_seller import load_member
from shared.web import json_body
from shared.web.clock import Now
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/sellers/{member_id}/responsibilities", tags=["sellers"])
_WRITE = permission("sellers:write")


@router.get(
    "",
    response_model=Page[ResponsibilityOut],
    openapi_extra=permission("sellers:read") | queries.RESPONSIBILITIES.openapi,
    summary="What a seller is and was there for",
)
async def list_responsibilities(
    member_id: UUID, request: Request, connection: Reading, caller: Caller
) -> Response:
    """The latest first, ended ones too; `to=is:null` are those without an end. Problems: 404
    `seller_not_found`."""
    await load_member(connection, caller, member_id)
    mine = queries.RESPONSIBILITIES.table.c.member_id == member_id
    return await queries.RESPONSIBILITIES.answer(connection, request, where=[mine])


@router.post(
    "",
    response_model=ResponsibilityOut,
    status_code=201,
    openapi_extra=_WRITE,
    summary="Give a seller a responsibility",
)
async def post_responsibility(
    member_id: UUID, body: ResponsibilityCreate, connection: Transaction, caller: Caller, now: Now
) -> Response:
    """Tasks, types of leads or stages, and the skills it rests on, kept with their levels of now. 201 with
    Location. Problems: 404 `seller_not_found`; 422 `reference_unknown` (a skill the profile does not have),
    `validation_failed`."""
    given = await give_responsibility(connection, caller, member_id, body, now=now)
    shown = {**given.row(), "from": given.starts_at, "to": given.ends_at}
    shown = {name: value for name, value in shown.items() if name not in ("starts_at", "ends_at")}
    headers = {"Location": f"/v1/sellers/{member_id}/responsibilities/{given.id}"}
    return Response(json_body.dumps(shown), 201, headers, media_type="application/json")


@router.delete(
    "/{responsibility_id}", status_code=204, openapi_extra=_WRITE, summary="End a responsibility now"
)
async def delete_responsibility(
    member_id: UUID, responsibility_id: UUID, connection: Transaction, caller: Caller, now: Now
) -> None:
    """It stays in the history. Problems: 404 `seller_not_found`; 404 `not_found`, also when it has ended."""
    await end_responsibility(connection, caller, member_id, responsibility_id, now=now)
