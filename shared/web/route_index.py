"""Finds the route of a request among hundreds without asking each of them.

Must never break: it is the first that matches in the order they were registered. What no route of that method
answers is left to the routes themselves, which tell an unknown path from a method that is not allowed.
"""

from collections.abc import Iterable
from typing import NamedTuple

from fastapi.routing import APIRoute
from starlette.routing import BaseRoute, Match
from starlette.types import Receive, Scope, Send


class _Key(NamedTuple):
    """What a path shows at once: `/v1/leads/7` is GET, 4 parts, `leads`."""

    method: str
    parts: int
    thing: str


class RouteIndex(BaseRoute):
    """To be put before the routes it knows."""

    def __init__(self, routes: Iterable[BaseRoute]) -> None:
        known = [route for route in routes if isinstance(route, APIRoute)]
        keys = {_key(method, route.path) for route in known for method in route.methods or ()}
        self._routes = {key: [route for route in known if _may_match(route, key)] for key in keys}

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """The route that answers, in the scope; or none."""
        if scope["type"] == "http":
            for route in self._routes.get(_key(scope["method"], scope["path"]), ()):
                match, found = route.matches(scope)
                if match is Match.FULL:
                    return match, found
        return Match.NONE, {}

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """By the route that was found."""
        await scope["route"].handle(scope, receive, send)


def _key(method: str, path: str) -> _Key:
    parts = path.split("/", 3)
    return _Key(method, path.count("/"), parts[2] if len(parts) > 2 else "")


def _may_match(route: APIRoute, key: _Key) -> bool:
    own = _key(key.method, route.path)
    if key.method not in (route.methods or ()) or own.parts > key.parts:
        return False
    spans_parts = ":path}" in route.path
    return (own.parts == key.parts or spans_parts) and (own.thing == key.thing or "{" in own.thing)
