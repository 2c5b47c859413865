"""What a route of the gateway declares to know its caller, and the check that no route can leave out."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, Request

from services.gateway.caller.directory import CallerDirectory
from services.gateway.caller.domain import CallerContext
from shared.web.problem import Problem
from shared.web.route import ServiceRoute

SCOPE_KEY = "dealstream.caller"


async def _caller(request: Request) -> CallerContext:
    caller: CallerContext | None = request.scope.get(SCOPE_KEY)
    if caller is None:
        raise Problem("unauthenticated", "Sign in first, or send an API key.")
    return caller


Caller = Annotated[CallerContext, Depends(_caller)]


async def _permitted(request: Request, caller: Caller) -> None:
    """A route without `x-permission` is refused: forgetting it can never open a door."""
    declared = getattr(request.scope.get("route"), "openapi_extra", None) or {}
    require(caller, str(declared.get("x-permission", "undeclared")))


def require(caller: CallerContext, permission: str) -> None:
    """Raises Problem `forbidden` (403) unless the caller holds the permission."""
    if not caller.standing.may(permission):
        raise Problem("forbidden", f"The role {caller.identity.role} does not include {permission}.")


async def _directory(request: Request) -> CallerDirectory:
    directory: CallerDirectory = request.app.state.callers
    return directory


Callers = Annotated[CallerDirectory, Depends(_directory)]

GatewayRouter = partial(APIRouter, route_class=ServiceRoute, dependencies=[Depends(_permitted)])
"""For everything behind sign-in. A route names its permission: `openapi_extra=permission("members:read")`."""

PublicRouter = partial(APIRouter, route_class=ServiceRoute)
"""For what anybody may call: signing in, documents."""
