"""What a route of the gateway declares to know its caller, and the check that no route can leave out."""

from collections.abc import Callable
from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Request

from services.gateway.caller.directory import CallerDirectory
from services.gateway.caller.domain import CallerContext
from shared.web.problem import Problem
from shared.web.route import ServiceRoute

SCOPE_KEY = "dealstream.caller"
AFTERWARDS_KEY = "dealstream.afterwards"


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


class StandingChanges:
    """What a change makes stale in this process. Dropped when the answer leaves, that is after the commit:
    dropped earlier, another request could remember the old state again."""

    def __init__(self, request: Request) -> None:
        self._directory: CallerDirectory = request.app.state.callers
        self._afterwards: list[Callable[[], None]] = request.scope[AFTERWARDS_KEY]

    def forget(self, subject: UUID) -> None:
        """A member or partner may do something else now."""
        self._afterwards.append(partial(self._directory.forget, subject))

    def forget_all(self) -> None:
        """Anybody may."""
        self._afterwards.append(self._directory.forget_all)

    def also(self, drop: Callable[[], None]) -> None:
        """Something else is stale too."""
        self._afterwards.append(drop)


Callers = Annotated[StandingChanges, Depends(StandingChanges)]

GatewayRouter = partial(APIRouter, route_class=ServiceRoute, dependencies=[Depends(_permitted)])
"""For everything behind sign-in. A route names its permission: `openapi_extra=permission("members:read")`."""

PublicRouter = partial(APIRouter, route_class=ServiceRoute)
"""For what anybody may call: signing in, documents."""


async def caller_of(request: Request) -> str:
    """Whom an Idempotency-Key belongs to."""
    caller: CallerContext | None = request.scope.get(SCOPE_KEY)
    return "anonymous" if caller is None else f"{caller.credential.kind}:{caller.credential.subject}"
