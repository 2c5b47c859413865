"""Members: administration, and what members do for themselves."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response

from services.gateway.caller.routes import Caller, Callers, GatewayRouter, require
from services.gateway.member.domain import Member
from services.gateway.member.passwords import CheckedPasswords
from services.gateway.member.queries import MEMBERS, as_item, shown
from services.gateway.member.schemas import (
    InvitationOut,
    MemberIn,
    MemberItem,
    MemberOut,
    MemberPatch,
    PasswordIn,
)
from services.gateway.member.use_cases.change_member import change_member
from services.gateway.member.use_cases.invite_again import create_invitation
from services.gateway.member.use_cases.put_members import invite_member, put_members
from services.gateway.member.use_cases.set_password import change_own_password, set_password
from services.gateway.tables import SOURCE
from shared.contracts.errors import DomainError
from shared.observability.causes import event_context
from shared.web.batch import BatchAnswer, BatchItems, check_items
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, set_etag
from shared.web.listing import Page
from shared.web.problem import Problem
from shared.web.route import permission
from shared.web.transaction import Reading, Transaction

router = GatewayRouter(prefix="/v1/members", tags=["members"])
_READ = permission("members:read")
_WRITE = permission("members:write")


@router.get("", response_model=Page[MemberOut], openapi_extra={**MEMBERS.openapi, **_READ})
async def get_members(request: Request, connection: Reading) -> Response:
    """List members: `role=rep`, `team_id=in:a,b`, `status=invited`, `q=` in name and e-mail address."""
    return await MEMBERS.answer(connection, request, to_item=as_item)


@router.post("", status_code=201, response_model=MemberOut, openapi_extra=_WRITE)
async def post_member(
    *,
    body: MemberIn,
    response: Response,
    connection: Transaction,
    passwords: CheckedPasswords,
    now: Now,
) -> Member:
    """Take a member in. With `password` the member can sign in at once; without, send an invitation.
    409 `email_taken`, `external_id_taken`; 422 `reference_unknown`, `team_closed`."""
    given = body.model_dump(exclude={"password"})
    member = await invite_member(connection, given, now=now, context=event_context(SOURCE))
    if body.password is not None:
        await set_password(connection, passwords, member.id, body.password.get_secret_value(), now=now)
    response.headers["Location"] = f"/v1/members/{member.id}"
    set_etag(response, member.version)
    return member


@router.post("/batch", response_model=BatchAnswer, openapi_extra=_WRITE)
async def post_members(
    *, body: BatchItems, connection: Transaction, callers: Callers, now: Now
) -> BatchAnswer:
    """Up to 1,000 members. Those known by source_system and external_id are updated; absent fields stay."""
    checked = check_items(body.items, MemberItem)
    items = [item.model_dump(exclude_unset=True) for _, item in checked.good]
    outcomes = await put_members(connection, items, now=now, context=event_context(SOURCE))
    for (index, _), outcome in zip(checked.good, outcomes, strict=True):
        if isinstance(outcome, DomainError):
            checked.reject(index, outcome)
        else:
            checked.settle(index, outcome[0], outcome[1].id)
    callers.forget_all()
    return checked.answer()


@router.get("/{member_id}", response_model=MemberOut, openapi_extra=_READ)
async def get_member(*, member_id: UUID, response: Response, connection: Reading) -> MemberOut:
    """One member. 404 `member_not_found`."""
    member = await shown(connection, member_id)
    if member is None:
        raise Problem("member_not_found", "There is no such member.")
    set_etag(response, member.version)
    return member


@router.patch("/{member_id}", response_model=MemberOut, openapi_extra=_WRITE)
async def patch_member(
    *,
    member_id: UUID,
    body: MemberPatch,
    seen_version: IfMatch,
    response: Response,
    connection: Transaction,
    callers: Callers,
    now: Now,
) -> Member:
    """Change name, address, role, team, or `active: false`: then all sessions end at once.
    409 `email_taken`, `last_admin`; 422 `reference_unknown`, `team_closed`."""
    member = await change_member(
        connection,
        member_id,
        body.changes(),
        seen_version=seen_version,
        now=now,
        context=event_context(SOURCE),
    )
    callers.forget(member_id)
    set_etag(response, member.version)
    return member


@router.post("/{member_id}/invitation", status_code=201, response_model=InvitationOut, openapi_extra=_WRITE)
async def post_invitation(
    *, member_id: UUID, response: Response, connection: Transaction, now: Now
) -> dict[str, Any]:
    """A token for `POST /v1/auth/accept-invitation`, good once and for 72 hours; earlier ones no longer are.
    409 `state_conflict` for an inactive member."""
    response.headers["Cache-Control"] = "no-store"
    token, expires_at = await create_invitation(connection, member_id, now=now)
    return {"member_id": member_id, "token": token, "expires_at": expires_at}


@router.post("/{member_id}/password", status_code=204, openapi_extra=permission("me:write"))
async def post_password(
    *,
    member_id: UUID,
    body: PasswordIn,
    connection: Transaction,
    passwords: CheckedPasswords,
    caller: Caller,
    callers: Callers,
    now: Now,
) -> None:
    """Members change their own password (`old_password` needed), admins set anybody's. All other sessions of
    the member end. 422 `validation_failed` for a weak password or a wrong old one."""
    password = body.password.get_secret_value()
    if caller.identity.member_id == member_id:
        old = body.old_password.get_secret_value() if body.old_password else ""
        own = caller.credential.session_id
        await change_own_password(
            connection, passwords, member_id, password, old_password=old, own_session=own, now=now
        )
    else:
        require(caller, "members:write")
        await set_password(connection, passwords, member_id, password, now=now)
    callers.forget(member_id)
