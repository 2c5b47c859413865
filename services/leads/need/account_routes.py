"""`/v1/accounts/{id}/needs`."""

from typing import Annotated
from uuid import UUID

from fastapi import Body, Response

from services.leads.need.domain import About
from services.leads.need.routes import one_need, shown_needs
from services.leads.need.schemas import NeedCreate, NeedOut, NeedPatch, Needs
from services.leads.need.use_cases.record_needs import add_need, edit_need, take_back
from services.leads.record.schemas import raw, read
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import Caller
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/accounts/{account_id}/needs", tags=["needs"])
_WRITE = permission("accounts:write")


@router.get(
    "", response_model=Needs, openapi_extra=permission("accounts:read"), summary="Needs of an account"
)
async def get_needs(account_id: UUID, connection: Reading, caller: Caller) -> Response:
    """The newest first, without those taken back. Problems: 404 `account_not_found`."""
    return await shown_needs(connection, caller, About(account_id=account_id))


@router.post(
    "", response_model=NeedOut, status_code=201, openapi_extra=_WRITE, summary="Note a need of an account"
)
async def post_need(
    account_id: UUID, body: NeedCreate, connection: Transaction, caller: Caller, now: Now
) -> Response:
    """201 with Location and ETag. Problems: 404 `account_not_found`; 422 `need_tag_unknown` where only tags
    of the catalogue may be used."""
    need = await add_need(connection, caller, About(account_id=account_id), dict(body), now=now)
    return one_need(need, created_at=f"/v1/accounts/{account_id}/needs")


@router.patch("/{need_id}", response_model=NeedOut, openapi_extra=_WRITE, summary="Edit a need of an account")
async def patch_need(
    *,
    account_id: UUID,
    need_id: UUID,
    body: Annotated[raw(NeedPatch), Body()],  # type: ignore[valid-type]
    connection: Transaction,
    caller: Caller,
    now: Now,
    seen: IfMatch,
) -> Response:
    """A merge patch. Problems: 404 `account_not_found`, `need_not_found`; 412; 422; 428."""
    about, values = About(account_id=account_id), read(NeedPatch, body).given()
    return one_need(await edit_need(connection, caller, about, need_id, values, seen_version=seen, now=now))


@router.delete("/{need_id}", status_code=204, openapi_extra=_WRITE, summary="Take a need of an account back")
async def delete_need(
    *,
    account_id: UUID,
    need_id: UUID,
    connection: Transaction,
    caller: Caller,
    now: Now,
    seen: IfMatchOrAny,
) -> None:
    """Put away, not erased. Problems: 404 `account_not_found`, `need_not_found`; 412; 428."""
    await take_back(connection, caller, About(account_id=account_id), need_id, seen_version=seen, now=now)
