"""`/v1/sellers` and `/v1/skills`."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Body, Request, Response

from services.leads.lead.use_cases.count_open_leads import count_open_leads
from services.leads.record import answers
from services.leads.record.schemas import raw, read
from services.leads.seller import queries, repository
from services.leads.seller.domain import Absence, SellerError
from services.leads.seller.schemas import (
    AbsenceCreate,
    AbsenceOut,
    AbsencePatch,
    SellerNow,
    SellerOut,
    SellerPut,
    SkillCreate,
    SkillOut,
    profile_of,
)
from services.leads.seller.use_cases.describe_seller import describe_seller, load_member
from services.leads.seller.use_cases.keep_absences import add_absence, drop_absence, edit_absence
from services.leads.seller.use_cases.load_desks import load_desks
from services.leads.setting_history.history_route import page_of
from services.leads.setting_history.queries import STEPS
from services.leads.setting_history.schemas import SettingStep
from shared.contracts.ids import new_id
from shared.web import json_body
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny, etag
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, SingleStatement, Transaction

router = ServiceRouter(tags=["sellers"])
_READ = permission("sellers:read")
_WRITE = permission("sellers:write")
_AWAY = permission("absences:write")


@router.get(
    "/v1/sellers",
    response_model=Page[SellerOut],
    openapi_extra=_READ | queries.SELLERS.openapi,
    summary="Members who may get leads",
)
async def list_sellers(request: Request, connection: Reading, caller: Caller) -> Response:
    """Every member with its profile: a rep's own, a manager's teams', all for others. A member nobody has
    described takes leads at any time, without limit."""
    return await queries.SELLERS.answer(
        connection, request, where=[queries.visible(caller)], to_item=queries.shown
    )


@router.get("/v1/sellers/{member_id}", response_model=SellerNow, openapi_extra=_READ, summary="One seller")
async def get_seller(member_id: UUID, connection: Reading, caller: Caller, now: Now) -> Response:
    """The profile with its ETag (`"0"` until there is one), and whether the member is there now.

    Problems: 404 `seller_not_found`.
    """
    return await _shown(connection, caller, member_id, now)


@router.put(
    "/v1/sellers/{member_id}", response_model=SellerNow, openapi_extra=_WRITE, summary="Describe a seller"
)
async def put_seller(
    *,
    member_id: UUID,
    body: SellerPut,
    connection: Transaction,
    caller: Caller,
    now: Now,
    seen: IfMatchOrAny,
) -> Response:
    """The whole profile: what is left out is as for a member nobody has described.

    Problems: 404 `seller_not_found`; 412; 422 `expression_invalid`, `hours_overlap`, `reference_unknown`
    (a skill the catalogue does not have), `validation_failed`; 428.
    """
    await describe_seller(connection, caller, member_id, body, seen_version=seen, now=now)
    return await _shown(connection, caller, member_id, now)


@router.get(
    "/v1/sellers/{member_id}/history",
    response_model=Page[SettingStep],
    openapi_extra=_READ | STEPS.openapi,
    summary="Who changed it, what and when",
)
async def get_history(member_id: UUID, request: Request, connection: Reading, caller: Caller) -> Response:
    """Newest first. Problems: 404 `seller_not_found`."""
    await load_member(connection, caller, member_id)
    page = await page_of(request, connection, "seller", member_id)
    return Response(json_body.dumps(page), media_type="application/json")


@router.get(
    "/v1/sellers/{member_id}/absences",
    response_model=Page[AbsenceOut],
    openapi_extra=_READ | queries.ABSENCES.openapi,
    summary="Absences of a seller",
)
async def list_absences(member_id: UUID, request: Request, connection: Reading, caller: Caller) -> Response:
    """The earliest first, unless sorted otherwise. Problems: 404 `seller_not_found`."""
    await load_member(connection, caller, member_id)
    absence = queries.ABSENCES.table.c
    where = [
        absence.member_id == member_id,
        absence.archived_at.is_(None),
        queries.absence_visible(caller),
    ]
    return await queries.ABSENCES.answer(connection, request, where=where)


@router.post(
    "/v1/sellers/{member_id}/absences",
    response_model=AbsenceOut,
    status_code=201,
    openapi_extra=_AWAY,
    summary="Be absent",
)
async def post_absence(
    member_id: UUID, body: AbsenceCreate, connection: SingleStatement, caller: Caller, now: Now
) -> Response:
    """From `from` until before `to` the member gets no leads. A rep's own, a manager's teams'.

    201 with Location and ETag. Problems: 404 `seller_not_found`; 422.
    """
    absence = await add_absence(connection, caller, member_id, body, now=now)
    return answers.one(_absence(absence), created_at=f"/v1/sellers/{member_id}/absences")


@router.patch(
    "/v1/sellers/{member_id}/absences/{absence_id}",
    response_model=AbsenceOut,
    openapi_extra=_AWAY,
    summary="Move an absence",
)
async def patch_absence(
    *,
    member_id: UUID,
    absence_id: UUID,
    body: Annotated[raw(AbsencePatch), Body()],  # type: ignore[valid-type]
    connection: SingleStatement,
    caller: Caller,
    now: Now,
    seen: IfMatch,
) -> Response:
    """A merge patch. Problems: 404 `seller_not_found`, `absence_not_found`; 412; 422; 428."""
    given = read(AbsencePatch, body).given()
    values = {name: value for name, value in given.items() if value is not None or name == "reason"}
    absence = await edit_absence(
        connection, caller, member_id, absence_id, values, seen_version=seen, now=now
    )
    return answers.one(_absence(absence))


@router.delete(
    "/v1/sellers/{member_id}/absences/{absence_id}",
    status_code=204,
    openapi_extra=_AWAY,
    summary="Be there after all",
)
async def delete_absence(
    *,
    member_id: UUID,
    absence_id: UUID,
    connection: SingleStatement,
    caller: Caller,
    now: Now,
    seen: IfMatchOrAny,
) -> None:
    """The member gets leads again. Problems: 404 `seller_not_found`, `absence_not_found`; 428."""
    await drop_absence(connection, caller, member_id, absence_id, seen_version=seen, now=now)


@router.get(
    "/v1/skills",
    response_model=Page[SkillOut],
    openapi_extra=_READ | queries.SKILLS.openapi,
    summary="The catalogue of skills",
)
async def list_skills(request: Request, connection: Reading, _: Caller) -> Response:
    """By name. Profiles name skills of the kind `skill` from here; others are free."""
    return await queries.SKILLS.answer(connection, request)


@router.post(
    "/v1/skills",
    response_model=SkillOut,
    status_code=201,
    openapi_extra=permission("routing:write"),
    summary="Add a skill to the catalogue",
)
async def post_skill(
    body: SkillCreate, connection: SingleStatement, _: Caller, now: Now, response: Response
) -> SkillOut:
    """201 with Location. Problems: 409 `name_taken`; 422."""
    skill = SkillOut(id=new_id(), kind=body.kind, name=body.name, created_at=now)
    if not await repository.add_skill(connection, skill.id, skill.kind, skill.name, now):
        raise SellerError("name_taken", "The catalogue has this skill already.")
    response.headers["Location"] = f"/v1/skills/{skill.id}"
    return skill


async def _shown(connection: Reading, caller: Caller, member_id: UUID, now: Now) -> Response:
    member = await load_member(connection, caller, member_id)
    desk = (await load_desks(connection, [member_id], now))[member_id]
    body: dict[str, Any] = {
        "member_id": member_id,
        "role": member["role"],
        "team_id": member["team_id"],
        "active": member["active"],
        **profile_of(desk.seller),
        "away_until": desk.away_until,
        "at_work": desk.at_work,
        "closed_today": desk.closed_today,
        "open_leads": (await count_open_leads(connection, [member_id])).get(member_id, 0),
    }
    headers = {"ETag": etag(desk.seller.version)}
    return Response(json_body.dumps(body), headers=headers, media_type="application/json")


def _absence(absence: Absence) -> dict[str, Any]:
    return {
        "id": absence.id,
        "version": absence.version,
        "member_id": absence.member_id,
        "from": absence.starts_at,
        "to": absence.ends_at,
        "reason": absence.reason,
    }
