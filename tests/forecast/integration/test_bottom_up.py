"""`GET /v1/forecast/bottom-up` and `/v1/forecast/market-growth` over real ledgers."""

from typing import Any

from shared.contracts.envelope import Envelope
from shared.contracts.identity import Identity
from tests.forecast.builders import at, deal_event, eur, member, named, organisation, team
from tests.forecast.integration.world import DIRECTOR, World, who

Json = dict[str, Any]


def decided(owner: str, closed: str, *, won: int, lost: int, tag: str = "") -> list[Envelope]:
    """Won deals of 100 each; lost ones without an amount."""
    return [
        deal_event(
            "opened",
            f"{owner} {closed} {number} {tag}",
            time="2026-01-01",
            status="won" if number < won else "lost",
            amount=eur(100) if number < won else None,
            closed_at=at(closed),
            owner_id=named(owner),
        )
        for number in range(won + lost)
    ]


def people() -> list[Envelope]:
    return [
        organisation(),
        team("north"),
        team("south"),
        member("ann", team="north"),
        member("bob", team="south"),
        member("boss", team="north", role="manager"),
    ]


def two_quarters() -> list[Envelope]:
    return [
        *decided("ann", "2026-11-05", won=10, lost=10),
        *decided("ann", "2026-08-05", won=10, lost=10),
        *decided("bob", "2026-11-05", won=5, lost=15),
    ]


async def bottom_up(world: World, caller: Identity = DIRECTOR, **params: Any) -> Json:
    return await world.get("/v1/forecast/bottom-up", caller, **{"period": "2027-Q1", **params})


async def grow(world: World, factor: str, by: Identity = DIRECTOR, **body: Any) -> Any:
    body = {"period": "2027-Q1", "factor": factor, "source_note": "Association, autumn report", **body}
    return await world.send("PUT", "/v1/forecast/market-growth", by, json=body)


async def test_a_period_is_growth_times_pipeline_times_win_rate_times_people(world: World) -> None:
    await world.consume(*people(), *two_quarters())
    assert (await grow(world, "1.1")).status_code == 201

    answer = await bottom_up(world)

    assert answer["state"] == "ok"
    assert (answer["average_pipeline"]["amount"], answer["win_rate"]) == ("2000.00", 0.4167)
    assert (answer["individuals"], answer["growth_factor"]) == (2, 1.1)
    assert answer["expected"]["amount"] == "1833.33"
    assert (answer["reckoned_from"], answer["reckoned_to"]) == ("2026-01-01", "2026-12-31")
    assert answer["market_growth"]["source_note"] == "Association, autumn report"
    assert answer["set_as_target"]["body"]["amount"] == answer["expected"]
    assert (await bottom_up(world, individuals=4))["expected"]["amount"] == "3666.67"


async def test_each_team_and_individual_is_reckoned_by_the_own_past(world: World) -> None:
    await world.consume(*people(), *two_quarters())

    answer = await bottom_up(world)

    north, south = answer["teams"]
    assert (north["name"], north["individuals"], north["expected"]["amount"]) == ("north", 1, "1000.00")
    assert (south["name"], south["state"], south["expected"]) == ("south", "insufficient_history", None)
    assert [each["owner_id"] for each in answer["individuals_by_owner"]] == [
        str(named("ann")),
        str(named("bob")),
    ]


async def test_what_it_proposes_can_be_set_as_target(world: World) -> None:
    await world.consume(*people(), *two_quarters())

    link = (await bottom_up(world, team_id=str(named("north"))))["set_as_target"]
    answer = await world.send(link["method"], link["href"], json=link["body"])

    assert answer.status_code == 201, answer.text
    assert answer.json()["amount"]["amount"] == "1000.00"
    assert answer.json()["team_id"] == str(named("north"))


async def test_too_little_history_gives_no_number(world: World) -> None:
    await world.consume(*people(), *decided("ann", "2026-11-05", won=10, lost=30))

    answer = await bottom_up(world)

    assert (answer["state"], answer["expected"], answer["set_as_target"]) == (
        "insufficient_history",
        None,
        None,
    )


async def test_everybody_sees_what_the_own_deals_tell(world: World) -> None:
    await world.consume(*people(), *two_quarters())

    rep = await bottom_up(world, who("own", "ann", team="north"))

    assert (rep["individuals"], rep["expected"]["amount"], rep["decided_deals"]) == (1, "1000.00", 40)


async def test_as_of_knows_only_what_was_decided_by_then(world: World) -> None:
    await world.consume(*people(), *two_quarters())

    answer = await bottom_up(world, period="2026-Q4", as_of="2026-10-15")

    assert (answer["decided_deals"], answer["state"]) == (20, "insufficient_history")


async def test_growth_of_a_year_holds_for_its_quarters_unless_they_have_their_own(world: World) -> None:
    await world.consume(*people())
    await grow(world, "1.2", period="2027")
    await grow(world, "0.9", period="2027-Q2")

    assert (await bottom_up(world))["growth_factor"] == 1.2
    assert (await bottom_up(world, period="2027-Q2"))["growth_factor"] == 0.9
    assert (await bottom_up(world, period="2028-Q2"))["growth_factor"] == 1


async def test_growth_said_again_is_amended_and_an_outdated_version_is_refused(world: World) -> None:
    await world.consume(*people())

    first, same, second = await grow(world, "1.2"), await grow(world, "1.2"), await grow(world, "1.3")
    headers = {"If-Match": first.headers["ETag"]}
    body = {"period": "2027-Q1", "factor": "2", "source_note": "x"}
    late = await world.send("PUT", "/v1/forecast/market-growth", json=body, headers=headers)

    assert [each.status_code for each in (first, same, second)] == [201, 200, 200]
    assert [each.json()["version"] for each in (first, same, second)] == [1, 1, 2]
    assert (late.status_code, late.json()["code"]) == (412, "version_conflict")
    listed = await world.get("/v1/forecast/market-growth")
    assert [(each["period"], each["factor"]) for each in listed["items"]] == [("2027-Q1", 1.3)]


async def test_growth_is_found_at_its_location_and_taken_back(world: World) -> None:
    await world.consume(*people())
    path = (await grow(world, "1.2")).headers["Location"]

    found = await world.send("GET", path)
    late = await world.send("DELETE", path, headers={"If-Match": '"2"'})
    gone = await world.send("DELETE", path, headers={"If-Match": found.headers["ETag"]})

    assert (found.json()["factor"], late.status_code, gone.status_code) == (1.2, 412, 204)
    assert (await world.send("GET", path)).json()["code"] == "market_growth_not_found"
    assert (await bottom_up(world))["growth_factor"] == 1


async def test_growth_that_makes_no_sense_is_refused(world: World) -> None:
    await world.consume(*people())

    assert (await grow(world, "0")).status_code == 422
    assert (await grow(world, "1.1", source_note=" ")).status_code == 422
    assert (await grow(world, "1.1", period="soon")).json()["code"] == "period_invalid"
