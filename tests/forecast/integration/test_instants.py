"""Whatever can be asked as of an instant is asked of the past: every route refuses what lies ahead alike."""

from collections.abc import Mapping
from typing import Any

from deploy.contracts import http_documents
from tests.forecast.builders import deal_event, named, organisation
from tests.forecast.integration.world import World

INSTANTS = ("as_of", "known_at", "since", "until")

FILTERS = {("/v1/forecast/changes", "known_at"), ("/v1/forecast/predictions", "as_of")}
"""By these a list is filtered: nothing is asked as of them."""
MUST = {"/v1/forecast/deals": {"figure": "closed"}, "/v1/forecast/waterfall/deals": {"part": "won"}}


def asked_as_of(paths: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Each path with each parameter that names an instant."""
    return [
        (path, parameter["name"])
        for path, operations in paths.items()
        for parameter in operations.get("get", {}).get("parameters", [])
        if parameter["in"] == "query"
        and parameter["name"] in INSTANTS
        and (path, parameter["name"]) not in FILTERS
    ]


async def test_an_instant_ahead_is_refused_and_named_by_every_route(world: World) -> None:
    await world.consume(organisation(), deal_event("opened", "deal", time="2027-01-10"))
    fall: Any = {"kind": "price_fall", "fall": "0.1"}
    made = await world.post("/v1/forecast/scenarios", {"name": "fall", "assumptions": [fall]})
    asked = asked_as_of(http_documents()["forecast"]["paths"])

    assert len(asked) > 30
    for path, parameter in asked:
        url = path.replace("{scenario_id}", made["id"]).replace("{deal_id}", str(named("deal")))
        for ahead in ("2027-02-11", "2027-02-10T12:00:01Z"):
            refused = await world.send("GET", url, params={**MUST.get(path, {}), parameter: ahead})

            assert refused.status_code == 400, (path, parameter, refused.text)
            (error,) = refused.json()["errors"]
            assert (refused.json()["code"], error["pointer"], error["code"]) == (
                "invalid_parameter",
                f"/query/{parameter}",
                "in_the_future",
            )
