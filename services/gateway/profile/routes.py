"""Who am I, and what may the roles do."""

from typing import Any

from fastapi import Request, Response

from services.gateway.caller.routes import Caller, GatewayRouter
from services.gateway.profile.queries import who_is
from services.gateway.profile.schemas import Me, MyScope, RoleOut, RolesOut
from services.gateway.profile.use_cases.describe_scope import scope_of
from services.gateway.role.domain import ROLES, describe
from shared.web.concurrency import set_etag
from shared.web.problem import Problem
from shared.web.route import permission
from shared.web.transaction import Reading

router = GatewayRouter(prefix="/v1", tags=["profile"])


@router.get("/me", response_model=Me, openapi_extra=permission("me:read"))
async def get_me(response: Response, connection: Reading, caller: Caller) -> Me:
    """The caller: member or partner, role, teams, and every permission held."""
    me = await who_is(connection, caller)
    set_etag(response, me.version)
    return me


@router.get("/me/scope", response_model=MyScope, openapi_extra=permission("me:read"))
async def get_my_scope(request: Request, connection: Reading, caller: Caller) -> MyScope:
    """Which slice of the organisation the caller sees: whose records, by which teams and members, which
    territories the caller manages, and the kinds of records that may be read. `territories` is `missing` when
    their service is down or slow, the rest is there within two seconds."""
    return await scope_of(connection, caller, request.app.state.upstreams)


@router.get("/roles", response_model=RolesOut, openapi_extra=permission("roles:read"))
async def get_roles() -> dict[str, Any]:
    """All roles with their scope and permissions."""
    return {"items": [describe(role) for role in ROLES]}


@router.get("/roles/{role_id}", response_model=RoleOut, openapi_extra=permission("roles:read"))
async def get_role(role_id: str) -> object:
    """One role. 404 `role_not_found`."""
    for role in ROLES:
        if role == role_id:
            return describe(role)
    raise Problem("role_not_found", "There is no such role.")
