"""Who changed what the organisation has set up: every step is kept with it."""

import pytest

from tests.leads.integration.test_routing_rules import rule
from tests.leads.integration.test_sellers import described
from tests.leads.integration.test_territories import draft, europe
from tests.leads.integration.world import ANY, DIRECTOR, NOW, OTHER_REP, REP, Json, World, iso, named

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
    ("/v1/channels", {"key": "first", "name": "first"}),
    ("/v1/campaigns", {"name": "first", "cost": {"amount": "10.00", "currency": "EUR"}}),
    ("/v1/segments", {"key": "first", "name": "first"}),
    ("/v1/need-tags", {"key": "first", "name": "first"}),
    ("/v1/partner-programs", {"name": "first", "tiers": []}),
    (
        "/v1/lead-tactics",
        {
            "name": "first",
            "starts_on": "2027-03-01",
            "ends_on": "2027-04-01",
            "sources": ["fair"],
            "budget": {"amount": "5.00", "currency": "EUR"},
        },
    ),
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


async def test_sellers_have_a_history_that_those_see_who_see_the_seller(world: World) -> None:
    path = f"/v1/sellers/{REP.sub}"
    await described(world, REP, capacity=10)
    await described(world, REP, capacity=20)

    changed, created = await steps(world, path)

    assert (created["what"], created["changes"]["capacity"]) == ("created", [None, 10])
    assert (changed["changes"], changed["by"]) == ({"capacity": [10, 20]}, DIRECTOR.sub)
    assert (await world.refusal("GET", f"{path}/history", by=OTHER_REP))[0] == 404


async def test_the_history_of_a_territory_goes_through_its_versions(world: World) -> None:
    ids = await europe(world)
    second = await draft(world)
    path = f"/v1/territories/{ids['shops']}"
    await world.patch(f"{path}?territory_version={second}", {"market_size": 500}, 1)
    await world.send("DELETE", f"{path}?territory_version={second}", headers=ANY)

    found = await steps(world, path)

    assert [(each["what"], each["version"]) for each in found] == [
        ("removed", second),
        ("changed", second),
        ("created", second - 1),
    ]
    assert found[1]["changes"] == {"market_size": [None, 500]}


@pytest.mark.parametrize(
    ("path", "body"),
    [("/v1/prep-form", {"required": ["person"]}), ("/v1/need-settings", {"only_known_tags": True})],
)
async def test_settings_there_is_one_of_have_a_history(world: World, path: str, body: Json) -> None:
    for _ in range(2):
        await world.send("PUT", path, json=body, headers=ANY)

    (changed,) = await steps(world, path)

    ((name, value),) = body.items()
    assert (changed["changes"][name][1], changed["by"]) == (value, DIRECTOR.sub)
