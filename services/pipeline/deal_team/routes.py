"""`/v1/deals/{id}/team` and `/players`."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response

from services.pipeline.answers import one, shown
from services.pipeline.deal.schemas import deal_out
from services.pipeline.deal.use_cases.note_on_deal import see_deal
from services.pipeline.deal_team.domain import DealMember
from services.pipeline.deal_team.queries import LISTING
from services.pipeline.deal_team.repository import MEMBERS, team_of
from services.pipeline.deal_team.schemas import MemberCreate, MemberOut, MemberPatch, PlayersOut
from services.pipeline.deal_team.use_cases.keep_team import (
    change_member,
    join_team,
    leave_team,
    standing,
)
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(prefix="/v1/deals/{deal_id}", tags=["deals"])
_READ, _WRITE = permission("deals:read"), permission("deals:write")


@router.get(
    "/team",
    response_model=Page[MemberOut],
    openapi_extra={**_READ, **LISTING.openapi},
    summary="Team of a deal",
)
async def list_team(deal_id: UUID, caller: Caller, request: Request, connection: Reading) -> Response:
    """Who works on it beside its owner, in the order they came. 404 `deal_not_found`."""
    await see_deal(connection, deal_id, caller)
    rows = MEMBERS.table.c
    where = [rows.deal_id == deal_id, rows.left_at.is_(None)]
    return await LISTING.answer(connection, request, where=where)


@router.post(
    "/team", status_code=201, response_model=MemberOut, openapi_extra=_WRITE, summary="Take into the team"
)
async def post_member(
    deal_id: UUID, body: MemberCreate, caller: Caller, connection: Transaction, now: Now
) -> Response:
    """By the owner, or who answers for the owner. The member sees the deal and its events from now on, with
    `edit` changes it too; only the owner's side names the team, the splits and another owner.

    403 `forbidden` for others on the team; 404; 409 `already_on_team`; 422 `reference_unknown`.
    """
    joined = await join_team(connection, deal_id, caller, dict(body), now=now)
    return _answer(joined, created=True)


@router.get("/team/{member_id}", response_model=MemberOut, openapi_extra=_READ, summary="One of the team")
async def get_member(deal_id: UUID, member_id: UUID, caller: Caller, connection: Reading) -> Response:
    """404 `deal_not_found`, `team_member_not_found`, also when the member has left."""
    await see_deal(connection, deal_id, caller)
    return _answer(standing(await team_of(connection, deal_id), member_id))


@router.patch(
    "/team/{member_id}", response_model=MemberOut, openapi_extra=_WRITE, summary="Another role or access"
)
async def patch_member(
    *,
    deal_id: UUID,
    member_id: UUID,
    body: MemberPatch,
    if_match: IfMatch,
    caller: Caller,
    connection: Transaction,
    now: Now,
) -> Response:
    """A merge patch, by the owner's side. 403; 404; 412 `version_conflict`; 422; 428."""
    fields = body.changes()
    after = await change_member(
        connection, deal_id, member_id, caller, fields, seen_version=if_match, now=now
    )
    return _answer(after)


@router.delete("/team/{member_id}", status_code=204, openapi_extra=_WRITE, summary="Take out of the team")
async def delete_member(
    *,
    deal_id: UUID,
    member_id: UUID,
    if_match: IfMatchOrAny,
    caller: Caller,
    connection: Transaction,
    now: Now,
) -> None:
    """By the owner's side. The deal leaves the member's view; a tombstone on the stream says so.

    403; 404; 409 `split_held` while the member has a share; 412; 428.
    """
    await leave_team(connection, deal_id, member_id, caller, seen_version=if_match, now=now)


@router.get("/players", response_model=PlayersOut, openapi_extra=_READ, summary="Who plays a part in a deal")
async def get_players(deal_id: UUID, caller: Caller, connection: Reading) -> dict[str, Any]:
    """Its owner, its team, the supervisor of its stage; its next step, and by when its stage should be done
    and the deal should close. 404 `deal_not_found`."""
    deal = await see_deal(connection, deal_id, caller)
    fields = deal_out(deal)
    return {
        **{name: fields[name] for name in PlayersOut.model_fields if name in fields},
        "deal_id": deal.id,
        "supervisor_id": deal.stage.supervisor_id,
        "team": [
            {"member_id": each.member_id, "role": each.role, "access": each.access}
            for each in (await team_of(connection, deal_id)).values()
        ],
    }


def _answer(found: DealMember, *, created: bool = False) -> Response:
    created_at = f"/v1/deals/{found.deal_id}/team" if created else None
    return one(shown(found, MemberOut), created_at=created_at, key="member_id")
