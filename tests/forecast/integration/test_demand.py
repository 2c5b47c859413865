"""`GET /v1/forecast/demand` and `/v1/market-reports` over real ledgers."""

from typing import Any

import httpx
import pytest

from shared.contracts.envelope import Envelope
from shared.contracts.identity import Identity
from tests.forecast.builders import at, deal_event, lead_event, member, named, organisation, product, team
from tests.forecast.integration.world import DIRECTOR, World, who

Json = dict[str, Any]
PUMP = str(named("Pump"))


def requests() -> list[Envelope]:
    """Each month of 2026 two leads ask for the pump, and one deal comes without a lead."""
    events = [organisation(), team("north"), member("ann", team="north"), product("Pump"), product("Valve")]
    for month in range(1, 13):
        day = f"2026-{month:02}-05"
        events += [
            lead_event(f"a {month}", created=day, product_interest="pump", owner_id=named("ann")),
            lead_event(f"b {month}", created=day, product_interest="Pump", converted_at=at(day)),
            deal_event("opened", f"of b {month}", time=day, created_at=at(day), product_id=named("Pump"),
                       lead_id=named(f"b {month}")),
            deal_event("opened", f"straight {month}", time=day, created_at=at(day), product_id=named("Pump"),
                       status="lost" if month > 10 else "open", loss_reason="price" if month > 10 else None,
                       closed_at=at(day) if month > 10 else None),
        ]  # fmt: skip
    return events


async def demand(world: World, caller: Identity = DIRECTOR, **params: Any) -> Json:
    world.now = at("2027-01-01T00:00")
    return await world.get("/v1/forecast/demand", caller, **{"period": "2027-Q1", **params})


async def report(world: World, need: str, by: Identity = DIRECTOR, **body: Any) -> httpx.Response:
    said = {"product_id": PUMP, "period": "2027-Q1", "need": need, "source": "Association"}
    return await world.send(
        "PUT", "/v1/market-reports", by, json=said | {"researched_on": "2026-12-01"} | body
    )


async def test_what_customers_ask_for_goes_on_by_its_trend(world: World) -> None:
    await world.consume(*requests())

    answer = await demand(world)

    (pump,) = answer["products"]
    feedback = pump["feedback"]
    assert (pump["name"], pump["state"], pump["need"]) == ("Pump", "ok", 9)
    assert (feedback["requests"], feedback["months"], feedback["trend"]["direction"]) == (36, 12, "steady")
    assert feedback["loss_reasons"] == [{"reason": "price", "deals": 2}]
    assert (pump["research"], pump["feedback_weight"]) == ({"expected": None, "reports": []}, 1)
    assert answer["definitions"]["feedback_weight"]["denominator"].endswith("each market report")


async def test_market_research_stands_beside_it_and_is_combined_by_weights(world: World) -> None:
    await world.consume(*requests())
    assert (await report(world, "15")).status_code == 201
    assert (await report(world, "120", source="Institute", period="2027", product_id=str(named("Valve")))
            ).status_code == 201  # fmt: skip

    answer = await demand(world)

    valve, pump = answer["products"]
    assert (pump["research"]["expected"], pump["feedback"]["expected"], pump["need"]) == (15, 9, 12)
    assert (pump["feedback_weight"], pump["research_weight"]) == (0.5, 0.5)
    assert (valve["name"], valve["feedback"]["state"]) == ("Valve", "insufficient_history")
    assert valve["need"] == 29.589
    assert valve["research"]["reports"][0]["need_in_period"] == 29.589


async def test_without_requests_or_research_there_is_no_number(world: World) -> None:
    await world.consume(
        organisation(), product("Pump"), lead_event("one", created="2026-12-05", product_interest="Pump")
    )

    (pump,) = (await demand(world))["products"]

    assert (pump["state"], pump["need"], pump["feedback"]["expected"]) == ("insufficient_history", None, None)


async def test_everybody_sees_requests_in_reach(world: World) -> None:
    await world.consume(*requests())

    (pump,) = (await demand(world, who("own", "ann", team="north")))["products"]

    assert pump["feedback"]["requests"] == 12


async def test_as_of_knows_only_the_requests_and_research_of_then(world: World) -> None:
    await world.consume(*requests())
    await report(world, "15")

    (pump,) = (await demand(world, as_of="2026-08-31"))["products"]

    assert (pump["feedback"]["requests"], pump["research"]["reports"]) == (24, [])


async def test_a_report_said_again_is_amended_and_an_outdated_version_is_refused(world: World) -> None:
    await world.consume(*requests())

    first, same, second = await report(world, "15"), await report(world, "15"), await report(world, "16")
    late = await world.send(
        "PUT",
        "/v1/market-reports",
        json={**{k: first.json()[k] for k in ("product_id", "period", "source", "researched_on")}, "need": 1},
        headers={"If-Match": first.headers["ETag"]},
    )
    listed = await world.get("/v1/market-reports")

    assert [each.status_code for each in (first, same, second)] == [201, 200, 200]
    assert [each.json()["version"] for each in (first, same, second)] == [1, 1, 2]
    assert (late.status_code, late.json()["code"]) == (412, "version_conflict")
    assert [each["need"] for each in listed["items"]] == [16]


async def test_a_report_is_found_at_its_location_and_taken_back(world: World) -> None:
    await world.consume(*requests())
    path = (await report(world, "15")).headers["Location"]

    found = await world.send("GET", path)
    gone = await world.send("DELETE", path, headers={"If-Match": found.headers["ETag"]})

    assert (found.json()["need"], gone.status_code) == (15, 204)
    assert (await world.send("GET", path)).json()["code"] == "market_report_not_found"
    assert (await world.get("/v1/market-reports"))["items"] == []


@pytest.mark.parametrize("day", ["2027-06-01", "0001-01-01"])
async def test_research_of_no_day_that_was_is_refused(world: World, day: str) -> None:
    await world.consume(*requests())
    world.now = at("2027-01-01T00:00")

    refused = await report(world, "1", researched_on=day)

    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/researched_on")


async def test_a_report_about_an_unknown_product_is_refused(world: World) -> None:
    await world.consume(*requests())

    answer = await report(world, "1", product_id=str(named("none")))

    assert (answer.status_code, answer.json()["code"]) == (422, "reference_unknown")
