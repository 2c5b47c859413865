"""Teams: administration, the tree, moving members."""

from typing import Any
from uuid import UUID

from fastapi import Request, Response

from services.gateway.caller.routes import Callers, GatewayRouter
from services.gateway.member.use_cases.change_member import move_members
from services.gateway.member.use_cases.read_members import existing
from services.gateway.reporting_line.schemas import MembersIn, MembersMoved, Tree
from services.gateway.reporting_line.use_cases.change_line import change_line
from services.gateway.reporting_line.use_cases.read_tree import read_tree
from services.gateway.tables import SOURCE
from services.gateway.team.domain import Team, TeamError
from services.gateway.team.schemas import TeamIn, TeamItem, TeamOut, TeamPatch
from services.gateway.team.use_cases.create_teams import create_team, put_teams
from services.gateway.team.use_cases.read_teams import TEAMS, find_team
from shared.observability.causes import event_context
from shared.web.batch import BatchAnswer, BatchItems, check_items
from shared.web.clock import Now
from shared.web.concurrency import IfMatch, set_etag
from shared.web.listing import Page
from shared.web.route import permission
from shared.web.transaction import Reading, Transaction

router = GatewayRouter(prefix="/v1/teams", tags=["teams"])
_READ = permission("teams:read")
_WRITE = permission("teams:write")


@router.get("", response_model=Page[TeamOut], openapi_extra={**TEAMS.openapi, **_READ})
async def get_teams(request: Request, connection: Reading) -> Response:
    """List teams."""
    return await TEAMS.answer(connection, request)


@router.get("/tree", response_model=Tree, openapi_extra=_READ)
async def get_tree(connection: Reading) -> dict[str, Any]:
    """The organisation as a tree: teams, their heads, their active members."""
    return {"items": await read_tree(connection)}


@router.post("", status_code=201, response_model=TeamOut, openapi_extra=_WRITE)
async def post_team(
    *, body: TeamIn, response: Response, connection: Transaction, callers: Callers, now: Now
) -> Team:
    """Make a team. 409 `external_id_taken`; 422 `reference_unknown`, `team_closed`."""
    members = await existing(connection, [body.manager_id] if body.manager_id else [])
    team = await create_team(
        connection, body.model_dump(), members=members, now=now, context=event_context(SOURCE)
    )
    callers.forget_all()
    response.headers["Location"] = f"/v1/teams/{team.id}"
    set_etag(response, team.version)
    return team


@router.post("/batch", response_model=BatchAnswer, openapi_extra=_WRITE)
async def post_teams(*, body: BatchItems, connection: Transaction, callers: Callers, now: Now) -> BatchAnswer:
    """Up to 1,000 teams. Those known by source_system and external_id are updated; absent fields stay."""
    checked = check_items(body.items, TeamItem)
    items = [item.model_dump(exclude_unset=True) for _, item in checked.good]
    managers = [item["manager_id"] for item in items if item.get("manager_id")]
    members = await existing(connection, managers)
    outcomes = await put_teams(connection, items, members=members, now=now, context=event_context(SOURCE))
    for (index, _), outcome in zip(checked.good, outcomes, strict=True):
        if isinstance(outcome, TeamError):
            checked.reject(index, outcome)
        else:
            checked.settle(index, outcome[0], outcome[1].id)
    callers.forget_all()
    return checked.answer()


@router.get("/{team_id}", response_model=TeamOut, openapi_extra=_READ)
async def get_team(*, team_id: UUID, response: Response, connection: Reading) -> object:
    """One team. 404 `team_not_found`."""
    team = await find_team(connection, team_id)
    set_etag(response, team["version"])
    return team


@router.patch("/{team_id}", response_model=TeamOut, openapi_extra=_WRITE)
async def patch_team(
    *,
    team_id: UUID,
    body: TeamPatch,
    seen_version: IfMatch,
    response: Response,
    connection: Transaction,
    callers: Callers,
    now: Now,
) -> Team:
    """Rename, move in the tree, give another manager, close. 422 `team_cycle`, `reference_unknown`,
    `team_closed`; 409 `team_not_empty`."""
    team = await change_line(
        connection,
        team_id,
        body.changes(),
        seen_version=seen_version,
        now=now,
        context=event_context(SOURCE),
    )
    callers.forget_all()
    set_etag(response, team.version)
    return team


@router.post("/{team_id}/members", response_model=MembersMoved, openapi_extra=permission("members:write"))
async def post_members(
    *, team_id: UUID, body: MembersIn, connection: Transaction, callers: Callers, now: Now
) -> dict[str, Any]:
    """Move members into the team, all or none. Their records move with them in every roll-up."""
    moved = await move_members(connection, body.member_ids, team_id, now=now, context=event_context(SOURCE))
    callers.forget_all()
    return {"team_id": team_id, "moved": [member.id for member in moved]}
