"""Territories say which part of the market a lead lies in, and who works it."""

from typing import Any

from tests.leads.integration.test_routing import latest, nobody_sells, routed
from tests.leads.integration.test_routing_rules import rule
from tests.leads.integration.world import (
    ANY,
    DIRECTOR,
    NOW,
    OTHER_REP,
    REP,
    Json,
    World,
    iso,
    named,
)


async def draft(world: World) -> int:
    number: int = (await world.post("/v1/territory-versions"))["number"]
    return number


async def territory(world: World, name: str, **fields: Any) -> Json:
    """A territory of the newest draft."""
    return await world.post("/v1/territories", {"name": name, **fields})


async def europe(world: World) -> dict[str, str]:
    """Europe with Germany in it, and in that the south and retail; active, and routing goes by it."""
    number = await draft(world)
    ids = {"europe": (await territory(world, "Europe"))["id"]}
    germany = await territory(world, "Germany", parent_id=ids["europe"], criteria={"countries": ["DE"]})
    ids["germany"] = germany["id"]
    south = {"postal_codes": [{"country": "DE", "prefix": "8"}, {"country": "DE", "from": "70", "to": "74"}]}
    ids["south"] = (await territory(world, "South", parent_id=germany["id"], criteria=south))["id"]
    shops = {**south, "industries": ["Retail"]}
    ids["shops"] = (await territory(world, "Shops", parent_id=germany["id"], criteria=shops))["id"]
    await world.post(f"/v1/territory-versions/{number}/activate")
    await rule(world, {"type": "territory"})
    return ids


async def staff(world: World, territory_id: str, who: Any, **fields: Any) -> Json:
    return await world.post(f"/v1/territories/{territory_id}/assignments", {"member_id": who.sub, **fields})


async def test_a_lead_lies_in_the_deepest_and_most_specific_territory(world: World) -> None:
    ids = await europe(world)

    async def place(**fields: Any) -> str | None:
        found: str | None = (await routed(world, **fields))["territory_id"]
        return found

    assert await place(country="DE", postal_code="80331", industry="retail") == ids["shops"]
    assert await place(country="DE", postal_code="80331") == ids["south"]
    assert await place(country="DE", postal_code="74 999") == ids["south"]
    assert await place(country="DE", postal_code="75001") == ids["germany"]
    assert await place(country="AT", postal_code="80331") == ids["europe"]


async def test_those_who_work_the_nearest_territory_get_its_leads(world: World) -> None:
    ids = await europe(world)
    await staff(world, ids["germany"], REP)
    await staff(world, ids["europe"], DIRECTOR)

    south = await routed(world, country="DE", postal_code="80331")
    abroad = await routed(world, country="AT")

    trace = await latest(world, south)
    assert (south["owner_id"], abroad["owner_id"]) == (REP.sub, DIRECTOR.sub)
    assert (trace["territory_id"], trace["territory"]) == (ids["south"], "South: postal_codes")


async def test_an_assignment_holds_from_when_until_when_and_stays_in_the_history(world: World) -> None:
    ids = await europe(world)
    await staff(world, ids["europe"], REP, to=iso(NOW.replace(day=8)))
    later = await staff(world, ids["europe"], DIRECTOR, **{"from": iso(NOW.replace(day=8))})

    first = await routed(world)
    world.now = NOW.replace(day=8)
    second = await routed(world)
    path = f"/v1/territories/{ids['europe']}/assignments"
    gone = await world.send("DELETE", f"{path}/{later['id']}")

    assert (first["owner_id"], second["owner_id"]) == (REP.sub, DIRECTOR.sub)
    assert gone.status_code == 204
    assert [each["to"] for each in (await world.get(path))["items"]] == [iso(world.now)] * 2


async def test_open_leads_can_be_routed_anew_when_somebody_takes_a_territory(world: World) -> None:
    ids = await europe(world)
    await nobody_sells(world)
    leads = [await routed(world, country="DE") for _ in range(3)]
    assert {each["owner_id"] for each in leads} == {None}

    await staff(world, ids["germany"], DIRECTOR, reroute_open_leads=True)

    owners = [(await world.get(f"/v1/leads/{each['id']}"))["owner_id"] for each in leads]
    load = await world.get(f"/v1/territories/{ids['germany']}/load")
    assert owners == [DIRECTOR.sub] * 3
    assert (load["open_leads"], load["members"], load["leads_for_each"]) == (3, [DIRECTOR.sub], 3)


async def test_a_named_account_is_enough_by_itself(world: World) -> None:
    account = await world.post("/v1/accounts", {"name": "Initech GmbH"})
    number = await draft(world)
    key = await territory(world, "Key accounts", criteria={"account_ids": [account["id"]]})
    await world.post(f"/v1/territory-versions/{number}/activate")

    named_one = await routed(world, company="Initech GmbH")
    other = await routed(world, company="Other GmbH")

    assert (named_one["territory_id"], other["territory_id"]) == (key["id"], None)
    assert named_one["owner_id"] is not None


async def test_a_draft_decides_nothing_until_it_is_activated_and_then_keeps_the_ids(world: World) -> None:
    ids = await europe(world)
    number = await draft(world)
    south = f"/v1/territories/{ids['south']}"

    changed = await world.patch(south, {"criteria": {"countries": ["CH"]}}, 1)

    assert (changed["id"], changed["territory_version"]) == (ids["south"], number)
    assert (await routed(world, country="DE", postal_code="80331"))["territory_id"] == ids["south"]
    await world.post(f"/v1/territory-versions/{number}/activate")
    assert (await routed(world, country="DE", postal_code="80331"))["territory_id"] == ids["germany"]
    versions = (await world.get("/v1/territory-versions"))["items"]
    assert [each["status"] for each in versions] == ["active", "archived", "archived"]
    before = await world.get(south, territory_version=number - 1)
    assert before["criteria"]["postal_codes"][0]["prefix"] == "8"


async def test_an_activated_version_is_not_edited_any_more(world: World) -> None:
    ids = await europe(world)

    for method, path, body in (
        ("POST", "/v1/territories", {"name": "More"}),
        ("DELETE", f"/v1/territories/{ids['south']}", None),
        ("POST", "/v1/territory-versions/1/activate", {}),
    ):
        assert (await world.refusal(method, path, body))[:2] == (409, "no_draft")


async def test_a_territory_that_cannot_be_is_refused(world: World) -> None:
    ids = await europe(world)
    await draft(world)

    async def refused(body: Json) -> tuple[int, list[tuple[str, str]]]:
        status, _, errors = await world.refusal("POST", "/v1/territories", {"name": "X", **body})
        return status, errors

    broken = {"criteria": {"expression": "lead.nothing > 1"}}
    assert await refused(broken) == (422, [("/criteria/expression", "expression_invalid")])
    nowhere = {"parent_id": str(named("nowhere"))}
    assert await refused(nowhere) == (422, [("/parent_id", "reference_unknown")])
    path = f"/v1/territories/{ids['europe']}"
    cycle = await world.refusal("PATCH", path, {"parent_id": ids["south"]}, version=1)
    assert cycle[2] == [("/parent_id", "cycle")]
    assert (await world.refusal("DELETE", path))[:2] == (409, "state_conflict")


async def test_what_a_draft_would_change_is_told_and_nothing_is_written(world: World) -> None:
    ids = await europe(world)
    await staff(world, ids["germany"], REP)
    leads = [await routed(world, country="DE", postal_code="80331") for _ in range(2)]
    number = await draft(world)
    south = f"/v1/territories/{ids['south']}"
    assert (await world.send("DELETE", south, headers=ANY)).status_code == 204
    before = await world.count("routing_trace")

    told = await world.post(f"/v1/territory-versions/{number}/simulate", {"days": 7})

    (move,) = told["moves"]
    assert (told["looked_at"], told["moved"], move["leads"]) == (2, 2, 2)
    assert (move["from_territory_id"], move["to_territory_id"]) == (ids["south"], ids["germany"])
    assert move["from_owner_id"] == move["to_owner_id"] == REP.sub
    assert move["lead_ids"] == [each["id"] for each in leads]
    assert await world.count("routing_trace") == before
    assert OTHER_REP.sub not in str(told)


async def test_others_are_told_of_the_territories_of_every_version_that_decides(world: World) -> None:
    ids = await europe(world)
    second = await draft(world)
    path = f"/v1/territories/{ids['shops']}"
    dropped = await world.send("DELETE", f"{path}?territory_version={second}", headers=ANY)
    await world.post(f"/v1/territory-versions/{second}/activate")

    south, shops = await world.events(ids["south"]), await world.events(ids["shops"])

    assert dropped.status_code == 204
    assert [(each["type"], each["sequence"]) for each in shops] == [
        ("leads.territory.activated", 2),
        ("leads.territory.dropped", 3),
    ]
    assert [each["data"]["depth"] for each in south] == [3, 3]
    assert south[-1]["data"]["parent_id"] == ids["germany"]
    assert (shops[-1]["data"]["active"], south[-1]["data"]["territory_version"]) == (False, second)
