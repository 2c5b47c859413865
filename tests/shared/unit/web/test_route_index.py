"""The index finds what asking every route in turn would find."""

import itertools

import pytest
from fastapi import APIRouter
from starlette.routing import BaseRoute, Match
from starlette.types import Scope

from shared.web.route_index import RouteIndex

PATHS = (
    "/v1/things",
    "/v1/things/batch",
    "/v1/things/{thing_id}",
    "/v1/things/latest",
    "/v1/things/{thing_id}/parts",
    "/v1/{kind}/special",
    "/v1/others/special",
    "/v1/files/{name:path}",
    "/v1/files/{name}/size",
    "/problems/{code}",
    "/",
)
PARTS = (
    "",
    "v1",
    "problems",
    "things",
    "others",
    "files",
    "batch",
    "latest",
    "special",
    "parts",
    "size",
    "7",
)


def _routes() -> list[BaseRoute]:
    router = APIRouter()
    for path in PATHS:
        router.add_api_route(path, lambda: None, methods=["GET"])
        router.add_api_route(path, lambda: None, methods=["POST", "PUT"])
    return router.routes


def _asked(method: str, path: str) -> Scope:
    return {"type": "http", "method": method, "path": path, "root_path": ""}


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_it_is_the_first_route_that_matches(method: str) -> None:
    routes = _routes()
    index = RouteIndex(routes)
    paths = ["/" + "/".join(parts) for n in (1, 2, 3, 4) for parts in itertools.product(PARTS, repeat=n)]

    for path in paths:
        scope = _asked(method, path)
        first = next((route for route in routes if route.matches(scope)[0] is Match.FULL), None)
        match, found = index.matches(scope)
        assert match is Match.NONE or found["route"] is first, path


@pytest.mark.parametrize("path", ["/v1/things", "/v1/things/7", "/v1/things/batch", "/v1/things/7/parts"])
def test_routes_with_a_thing_of_their_own_are_known(path: str) -> None:
    assert RouteIndex(_routes()).matches(_asked("GET", path))[0] is Match.FULL


def test_websockets_and_lifespans_are_left_to_the_routes() -> None:
    assert RouteIndex(_routes()).matches({"type": "lifespan"}) == (Match.NONE, {})
