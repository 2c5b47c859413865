"""Who is there for what, whether skills matter, where customers are, and who has too much."""

from datetime import timedelta
from typing import Any

from shared.contracts.events.pipeline_deal import DealOpened, DealWon
from tests.leads.integration.test_routing_rules import BY_SKILLS, FINNISH, rule
from tests.leads.integration.test_sellers import GERMAN, described
from tests.leads.integration.test_sources import a_deal
from tests.leads.integration.test_territories import draft, staff, territory
from tests.leads.integration.world import (
    MANAGER,
    NOW,
    OTHER_REP,
    REP,
    Json,
    World,
    euros,
    iso,
    named,
)

RESPONSIBILITIES = f"/v1/sellers/{REP.sub}/responsibilities"


async def test_a_responsibility_rests_on_skills_as_they_were(world: World) -> None:
    closing = {"kind": "skill", "name": "closing", "level": 3}
    await described(world, REP, skills=[GERMAN, closing])
    body = {
        "tasks": ["answer inquiries"],
        "lead_types": ["clinics"],
        "stages": ["Qualification"],
        "skills": [{"name": "Closing"}, {"kind": "language", "name": "de"}],
        "to": iso(NOW + timedelta(days=30)),
    }

    given = await world.post(RESPONSIBILITIES, body, MANAGER)
    await described(world, REP, skills=[{**closing, "level": 5}])

    assert (given["from"], given["created_by"]) == (iso(NOW), MANAGER.sub)
    (listed,) = (await world.get(RESPONSIBILITIES, REP))["items"]
    assert [(each["name"], each["level"]) for each in listed["skills"]] == [("Closing", 3), ("de", 4)]
    assert (listed["tasks"], listed["lead_types"]) == (["answer inquiries"], ["clinics"])


async def test_a_responsibility_that_ended_stays_in_the_history(world: World) -> None:
    given = await world.post(RESPONSIBILITIES, {"tasks": ["demos"]})
    path = f"{RESPONSIBILITIES}/{given['id']}"
    world.now = NOW + timedelta(days=1)

    assert (await world.send("DELETE", path)).status_code == 204
    assert (await world.send("DELETE", path)).status_code == 404
    (listed,) = (await world.get(RESPONSIBILITIES))["items"]
    assert listed["to"] == iso(world.now)
    assert (await world.get(RESPONSIBILITIES, to="is:null"))["items"] == []


async def test_a_responsibility_needs_known_ability_and_something_to_do(world: World) -> None:
    unknown = {"tasks": ["demos"], "skills": [{"name": "flying"}]}
    assert await world.refusal("POST", RESPONSIBILITIES, unknown) == (
        422,
        "reference_unknown",
        [("/skills/0", "reference_unknown")],
    )
    assert (await world.refusal("POST", RESPONSIBILITIES, {}))[0] == 422
    backwards = {"tasks": ["demos"], "to": iso(NOW - timedelta(days=1))}
    assert (await world.refusal("POST", RESPONSIBILITIES, backwards))[2] == [("/to", "out_of_range")]
    assert (await world.refusal("GET", RESPONSIBILITIES, by=OTHER_REP))[0] == 404


async def some_leads(world: World, count: int, **fields: Any) -> list[str]:
    results = await world.load("leads", *({"name": f"Lead {place}", **fields} for place in range(count)))
    await world.work_off()
    return [each["id"] for each in results]


async def test_a_clear_effect_of_routing_by_skills_is_told_from_chance(world: World) -> None:
    await described(world, REP, skills=[FINNISH])
    await rule(world, BY_SKILLS)
    matched = await some_leads(world, 20, language="fi")
    otherwise = await some_leads(world, 20)
    calls = [
        {"type": "call", "lead_id": lead_id, "started_at": iso(NOW + timedelta(minutes=minutes))}
        for minutes, leads in ((5, matched), (60, otherwise))
        for lead_id in leads
    ]
    world.now = NOW + timedelta(hours=2)
    await world.load("activities", *calls)
    await world.work_off()
    for lead_id in matched[:12]:
        await world.post(f"/v1/leads/{lead_id}/qualify")
        await world.post(f"/v1/leads/{lead_id}/convert", {})

    effect = await world.get("/v1/analytics/routing-effect", period="2027-03")

    assert (effect["state"], effect["matched"]["leads"], effect["otherwise"]["leads"]) == ("ok", 20, 20)
    assert (effect["matched"]["conversion"], effect["otherwise"]["conversion"]) == (0.6, 0)
    assert (effect["conversion"]["verdict"], effect["conversion"]["significant"]) == ("matched_better", True)
    assert effect["conversion"]["difference"] == 0.6
    assert effect["response_time"]["verdict"] == "matched_better"
    assert effect["definitions"]["conversion"]["denominator"] == "Leads of the group"


async def test_nothing_is_said_of_the_effect_of_routing_with_few_leads(world: World) -> None:
    await some_leads(world, 3)

    effect = await world.get("/v1/analytics/routing-effect", period="2027-03")

    assert (effect["state"], effect["otherwise"]["leads"]) == ("insufficient_history", 3)
    assert effect["conversion"] == {
        "difference": None,
        "method": None,
        "p_value": None,
        "significant": None,
        "verdict": "insufficient_history",
    }


async def customer(world: World, name: str, place: tuple[float, float] | None, by: Any = REP) -> Json:
    at = {} if place is None else {"latitude": place[0], "longitude": place[1]}
    return await world.post("/v1/accounts", {"name": name, **at}, by)


async def test_the_customers_of_a_territory_are_on_the_map(world: World) -> None:
    berlin = await customer(world, "Acme", (52.52, 13.405))
    nowhere = await customer(world, "Nowhere", None)
    await customer(world, "Elsewhere", (48.1, 11.5))
    number = await draft(world)
    here = await territory(world, "North", criteria={"account_ids": [berlin["id"], nowhere["id"]]})
    await world.post(f"/v1/territory-versions/{number}/activate")
    for name, status in (("a", "won"), ("b", "open")):
        deal = a_deal(DealOpened, {"id": name}, "100.00", account_id=berlin["id"], lead_id=None)
        closed = {"status": "won", "closed_at": NOW, "account_id": berlin["id"], "lead_id": None}
        await world.consume(deal)
        if status == "won":
            await world.consume(a_deal(DealWon, {"id": name}, "100.00", **closed))
    visit = {"type": "visit", "account_id": berlin["id"], "started_at": iso(NOW - timedelta(days=3))}
    await world.post("/v1/activities", visit, REP)

    answer = await world.send("GET", f"/v1/territories/{here['id']}/map")

    assert answer.headers["content-type"] == "application/geo+json"
    drawn = answer.json()
    (feature,) = drawn["features"]
    assert (drawn["type"], feature["id"], drawn["without_coordinates"]) == (
        "FeatureCollection",
        berlin["id"],
        1,
    )
    assert feature["geometry"] == {"type": "Point", "coordinates": [13.405, 52.52]}
    assert (feature["properties"]["won_revenue"], feature["properties"]["open_value"]) == (
        euros("100.00"),
        euros("100.00"),
    )
    assert feature["properties"]["last_visit_at"] == iso(NOW - timedelta(days=3))
    assert (await world.refusal("GET", f"/v1/territories/{named('no')}/map"))[0] == 404


async def test_a_place_is_whole_and_on_earth(world: World) -> None:
    account = await customer(world, "Acme", (52.52, 13.405))

    half = await world.refusal("PATCH", f"/v1/accounts/{account['id']}", {"latitude": None}, version=1)
    moved = await world.patch(
        f"/v1/accounts/{account['id']}", {"latitude": -33.9, "longitude": 18.4}, version=1
    )

    assert half[:2] == (422, "validation_failed")
    assert (moved["latitude"], moved["longitude"]) == (-33.9, 18.4)
    for wrong in ({"latitude": 91, "longitude": 0}, {"latitude": 0, "longitude": -181}, {"latitude": 1}):
        assert (await world.refusal("POST", "/v1/accounts", {"name": "Odd", **wrong}))[0] == 422


async def test_who_has_too_much_and_who_too_little_is_marked(world: World) -> None:
    number = await draft(world)
    germany = await territory(world, "Germany", criteria={"countries": ["DE"]})
    await world.post(f"/v1/territory-versions/{number}/activate")
    await rule(world, {"type": "territory"})
    await staff(world, germany["id"], REP)
    await described(world, REP, capacity=2)
    await described(world, OTHER_REP, capacity=10)
    for _ in range(2):
        await world.lead(country="DE")
    await world.work_off()
    mine = await world.lead(REP)
    await customer(world, "Acme", None)
    visit = {"type": "visit", "lead_id": mine["id"], "started_at": iso(NOW - timedelta(hours=1))}
    await world.post("/v1/activities", visit, REP)
    await world.consume(a_deal(DealOpened, mine, "70.00", owner_id=REP.member_id))

    found = await world.get("/v1/analytics/deployment", period="2027-03")

    over, under = found["sellers"]
    assert (over["member_id"], over["use"], over["open_leads"], over["capacity"]) == (REP.sub, "over", 3, 2)
    assert (over["accounts"], over["visits"], over["open_value"]) == (1, 1, euros("70.00"))
    assert (over["share"], over["territory_ids"]) == (1.5, [germany["id"]])
    assert (under["member_id"], under["use"], under["share"]) == (OTHER_REP.sub, "under", 0)
    (place,) = found["territories"]
    shown = ("name", "open_leads", "capacity", "use")
    assert [place[name] for name in shown] == ["Germany", 2, 2, "within"]
    assert found["definitions"]["share"]["denominator"] == "Capacity"
    relaxed = await world.get("/v1/analytics/deployment", period="2027-03", over="1.5", under="0")
    assert {each["use"] for each in relaxed["sellers"]} == {"within"}
    own = await world.get("/v1/analytics/deployment", OTHER_REP, period="2027-03")
    assert ([each["member_id"] for each in own["sellers"]], own["territories"]) == ([OTHER_REP.sub], [])
    assert (await world.refusal("GET", "/v1/analytics/deployment?over=0.1"))[:2] == (400, "invalid_parameter")
