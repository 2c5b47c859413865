"""`/v1/territories` and `/v1/territory-versions`."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Body, Query, Request, Response
from sqlalchemy import ColumnElement

from services.leads.lead.use_cases.count_open_leads import count_open_leads_in
from services.leads.record import answers
from services.leads.record.schemas import raw, read
from services.leads.setting_history.history_route import page_of
from services.leads.setting_history.queries import STEPS
from services.leads.setting_history.schemas import SettingStep
from services.leads.territory import queries, repository
from services.leads.territory.domain import Territory, TerritoryError
from services.leads.territory.schemas import (
    AssignmentOut,
    Load,
    TerritoryCreate,
    TerritoryOut,
    TerritoryPatch,
    VersionCreate,
    VersionOut,
    territory_out,
)
from services.leads.territory.use_cases.keep_territories import (
    activate_version,
    add_territory,
    drop_territory,
    edit_territory,
    find_territory,
)
from services.leads.territory.use_cases.staff_territories import check_territory, leave_territory
from shared.web import json_body
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, IfMatchOrAny
from shared.web.identity import Caller
from shared.web.listing import Page
from shared.web.route import ServiceRouter, permission
from shared.web.transaction import Reading, Transaction

router = ServiceRouter(tags=["territories"])
_READ = permission("territories:read")
_WRITE = permission("territories:write")
Version = Annotated[
    int | None, Query(ge=1, description="A version of the territories; the active one unless given.")
]
Draft = Annotated[int | None, Query(ge=1, description="The draft to edit; the newest unless given.")]


@router.get(
    "/v1/territories",
    response_model=Page[TerritoryOut],
    openapi_extra=_READ | queries.TERRITORIES.openapi,
    summary="Territories",
)
async def list_territories(request: Request, connection: Reading, _: Caller) -> Response:
    """Of the active version by name; `territory_version=` shows another."""
    row = queries.TERRITORIES.table.c
    where: list[ColumnElement[bool]] = [row.archived_at.is_(None)]
    if "territory_version" not in request.query_params:
        where.append(row.edition == await repository.active_number(connection))
    return await queries.TERRITORIES.answer(connection, request, where=where, to_item=queries.shown)


@router.post(
    "/v1/territories",
    response_model=TerritoryOut,
    status_code=201,
    openapi_extra=_WRITE,
    summary="Add a territory to a draft",
)
async def post_territory(
    body: TerritoryCreate, connection: Transaction, caller: Caller, now: Now
) -> Response:
    """201 with Location and ETag; it decides nothing until the draft is activated.

    Problems: 409 `no_draft`; 422 `expression_invalid`, `reference_unknown` (parent or manager).
    """
    values = body.model_dump(exclude={"territory_version", "criteria"})
    values["criteria"] = body.criteria.kept()
    made = await add_territory(connection, caller, body.territory_version, values, now=now)
    return _one(made, created_at="/v1/territories")


@router.get(
    "/v1/territories/{territory_id}", response_model=TerritoryOut, openapi_extra=_READ, summary="A territory"
)
async def get_territory(
    territory_id: UUID, connection: Reading, _: Caller, territory_version: Version = None
) -> Response:
    """With its ETag. Problems: 404 `territory_not_found`."""
    return _one(await find_territory(connection, territory_id, territory_version))


@router.patch(
    "/v1/territories/{territory_id}",
    response_model=TerritoryOut,
    openapi_extra=_WRITE,
    summary="Edit a territory of a draft",
)
async def patch_territory(
    *,
    territory_id: UUID,
    body: Annotated[raw(TerritoryPatch), Body()],  # type: ignore[valid-type]
    connection: Transaction,
    caller: Caller,
    now: Now,
    seen: IfMatch,
    territory_version: Draft = None,
) -> Response:
    """A merge patch. Problems: 404 `territory_not_found`; 409 `no_draft`; 412; 422 (also a cycle); 428."""
    patch = read(TerritoryPatch, body)
    values = patch.given()
    if "criteria" in values:
        values["criteria"] = patch.criteria.kept()
    edited = await edit_territory(
        connection, caller, territory_id, territory_version, values, seen_version=seen, now=now
    )
    return _one(edited)


@router.delete(
    "/v1/territories/{territory_id}",
    status_code=204,
    openapi_extra=_WRITE,
    summary="Remove a territory from a draft",
)
async def delete_territory(
    *,
    territory_id: UUID,
    connection: Transaction,
    _: Caller,
    now: Now,
    seen: IfMatchOrAny,
    territory_version: Draft = None,
) -> None:
    """Other versions keep it. Problems: 404 `territory_not_found`; 409 `no_draft`, `state_conflict`
    (territories below it); 412; 428."""
    await drop_territory(connection, territory_id, territory_version, seen_version=seen, now=now)


@router.get(
    "/v1/territories/{territory_id}/load",
    response_model=Load,
    openapi_extra=_READ,
    summary="What a territory asks of its members",
)
async def get_load(territory_id: UUID, connection: Reading, _: Caller, now: Now) -> Load:
    """Open leads that lie in it (not in those below it), named accounts, members, market size and hours a
    week, as set. Problems: 404 `territory_not_found`."""
    territory = await find_territory(connection, territory_id)
    open_leads = await count_open_leads_in(connection, territory_id)
    members = (await repository.workers_at(connection, now)).get(territory_id, ())
    return Load(
        territory_id=territory_id,
        open_leads=open_leads,
        accounts=len(territory.criteria.get("account_ids", ())),
        members=list(members),
        leads_for_each=round(open_leads / len(members), 2) if members else None,
        market_size=territory.market_size,
        workload_hours=territory.workload_hours,
    )


@router.get(
    "/v1/territories/{territory_id}/assignments",
    response_model=Page[AssignmentOut],
    openapi_extra=_READ | queries.ASSIGNMENTS.openapi,
    summary="Who works and worked a territory",
)
async def list_assignments(territory_id: UUID, request: Request, connection: Reading, _: Caller) -> Response:
    """The latest first. `to` is null while it goes on without an end. Problems: 404 `territory_not_found`."""
    await check_territory(connection, territory_id)
    mine = queries.ASSIGNMENTS.table.c.territory_id == territory_id
    return await queries.ASSIGNMENTS.answer(connection, request, where=[mine])


@router.delete(
    "/v1/territories/{territory_id}/assignments/{assignment_id}",
    status_code=204,
    openapi_extra=_WRITE,
    summary="End an assignment now",
)
async def delete_assignment(
    territory_id: UUID, assignment_id: UUID, connection: Transaction, _: Caller, now: Now
) -> None:
    """It stays in the history. Problems: 404 `not_found`, also when it has ended before."""
    await leave_territory(connection, territory_id, assignment_id, now=now)


@router.get(
    "/v1/territory-versions",
    response_model=Page[VersionOut],
    openapi_extra=_READ | queries.VERSIONS.openapi,
    summary="Versions of the territories",
)
async def list_versions(request: Request, connection: Reading, _: Caller) -> Response:
    """The newest first."""
    return await queries.VERSIONS.answer(connection, request)


@router.post(
    "/v1/territory-versions",
    response_model=VersionOut,
    status_code=201,
    openapi_extra=_WRITE,
    summary="Start a draft",
)
async def post_version(
    *, body: VersionCreate = VersionCreate(), connection: Transaction, _: Caller, now: Now
) -> Response:
    """A copy of the active version. 201 with Location."""
    made = dict(await repository.copy_active(connection, body.note, now))
    headers = {"Location": f"/v1/territory-versions/{made['number']}"}
    return Response(json_body.dumps(made), 201, headers, media_type="application/json")


@router.get(
    "/v1/territory-versions/{number}", response_model=VersionOut, openapi_extra=_READ, summary="One version"
)
async def get_version(number: int, connection: Reading, _: Caller) -> dict[str, Any]:
    """Problems: 404 `territory_version_not_found`."""
    found = await repository.find_version(connection, number)
    if found is None:
        raise TerritoryError("territory_version_not_found", "There is no such version.")
    return dict(found)


@router.post(
    "/v1/territory-versions/{number}/activate",
    response_model=VersionOut,
    openapi_extra=_WRITE,
    summary="Make a draft the active version",
)
async def post_activate(number: int, connection: Transaction, _: Caller, now: Now) -> dict[str, Any]:
    """The next lead is placed by it; leads that are placed stay where they are. Forecast
    and the stream hear of its territories. Problems: 409 `no_draft`."""
    return dict(await activate_version(connection, number, now=now))


def _one(territory: Territory, *, created_at: str | None = None) -> Response:
    return answers.one(territory_out(territory), created_at=created_at)


@router.get(
    "/v1/territories/{territory_id}/history",
    response_model=Page[SettingStep],
    openapi_extra=_READ | STEPS.openapi,
    summary="Who changed it, what and when",
)
async def get_history(territory_id: UUID, request: Request, connection: Reading, _: Caller) -> Response:
    """Newest first, of all versions; `version` is that of the territories it was changed in. Problems: 404
    `territory_not_found`."""
    await check_territory(connection, territory_id)
    page = await page_of(request, connection, "territory", territory_id)
    return Response(json_body.dumps(page), media_type="application/json")
