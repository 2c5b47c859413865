"""Who changed what the organisation has set up: every step is kept with it."""

import pytest

from tests.leads.integration.test_routing_rules import rule
from tests.leads.integration.world import ANY, DIRECTOR, NOW, Json, World, iso, named

SAME_MAIL = {"field": "email", "comparison": "exact"}
SETTINGS: list[tuple[str, Json]] = [
    ("/v1/routing-rules", {"name": "first", "action": {"type": "account_owner"}}),
    ("/v1/response-policies", {"name": "first", "minutes": 30}),
    ("/v1/score-rules", {"name": "first", "part": "fit", "condition": "lead.employees > 5", "points": 5}),
    (
        "/v1/matching-rules",
        {"name": "first", "kinds": ["lead-lead"], "criteria": [SAME_MAIL], "threshold": 90},
    ),
    ("/v1/lead-categories", {"key": "first", "name": "first"}),
    ("/v1/lead-queues", {"name": "first"}),
    ("/v1/audiences", {"name": "first", "condition": "lead.employees > 5"}),
]


async def steps(world: World, path: str) -> list[Json]:
    """Newest first."""
    found: list[Json] = (await world.get(f"{path}/history"))["items"]
    return found


@pytest.mark.parametrize(("path", "body"), SETTINGS, ids=[path for path, _ in SETTINGS])
async def test_every_change_of_a_setting_is_kept_with_who_and_when(
    world: World, path: str, body: Json
) -> None:
    made = await world.post(path, body)

    await world.patch(f"{path}/{made['id']}", {"name": "second"}, 1)

    changed, created = await steps(world, f"{path}/{made['id']}")
    assert (created["what"], created["version"], created["changes"]["name"]) == (
        "created",
        1,
        [None, "first"],
    )
    assert (changed["what"], changed["version"]) == ("changed", 2)
    assert changed["changes"] == {"name": ["first", "second"]}
    assert (changed["by"], changed["at"]) == (DIRECTOR.sub, iso(NOW))
    nobody = await world.refusal("GET", f"{path}/{named('nobody')}/history")
    assert nobody[0] == 404


async def test_putting_rules_in_order_is_a_change_of_those_that_moved(world: World) -> None:
    first, second = [await rule(world, {"type": "account_owner"}, name=name) for name in ("one", "two")]

    await world.send("PUT", "/v1/routing-rules/order", json={"ids": [second["id"], first["id"]]}, headers=ANY)

    moved, _ = await steps(world, f"/v1/routing-rules/{first['id']}")
    assert moved["changes"] == {"position": [10, 20]}


async def test_a_setting_that_was_removed_keeps_its_history(world: World) -> None:
    path, body = SETTINGS[3]
    made = await world.post(path, body)

    await world.send("DELETE", f"{path}/{made['id']}", headers=ANY)

    removed, _ = await steps(world, f"{path}/{made['id']}")
    assert (removed["what"], removed["changes"]["name"]) == ("removed", ["first", None])


async def test_what_happens_with_duplicates_is_a_setting_too(world: World) -> None:
    made = await world.post("/v1/duplicate-policies", {"source": "fair", "action": "flag"})

    await world.patch(f"/v1/duplicate-policies/{made['id']}", {"action": "merge"}, 1)

    changed, _ = await steps(world, f"/v1/duplicate-policies/{made['id']}")
    assert changed["changes"] == {"action": ["flag", "merge"]}
