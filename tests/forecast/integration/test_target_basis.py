"""A target keeps the forecast it rests on: `PUT /v1/targets` with `basis`, `GET /v1/targets/{id}/basis`."""

from decimal import Decimal
from typing import Any

import httpx

from shared.contracts.envelope import Envelope
from shared.contracts.identity import Identity
from tests.forecast.builders import at, deal_event, eur, member, named, organisation, team, told
from tests.forecast.integration.test_bottom_up import two_quarters
from tests.forecast.integration.world import DIRECTOR, World, who

Json = dict[str, Any]
MANAGER = who("subtree", "boss", team="north", teams=["north"])


def pipeline() -> list[Envelope]:
    """On 10 February a deal of 400 in commit at 50 % and one of 100 won in January."""
    return [
        organisation(),
        team("north"),
        member("ann", team="north"),
        member("bob"),
        opened("sure", 400, "2027-01-20", "commit"),
        told(
            deal_event(
                "opened",
                "won",
                time="2027-01-12",
                status="won",
                amount=eur(100),
                closed_at=at("2027-01-12"),
                owner_id=named("ann"),
            ),
            at("2027-01-12"),
        ),
    ]


def opened(name: str, amount: int, since: str, category: str = "pipeline", **fields: Any) -> Envelope:
    event = deal_event(
        "opened",
        name,
        time=since,
        created_at=at(since),
        amount=eur(amount),
        probability=Decimal("0.5"),
        forecast_category=category,
        owner_id=named("ann"),
        **fields,
    )
    return told(event, at(since))


async def put(
    world: World, amount: int, basis: Json | None, by: Identity = DIRECTOR, **aim: Any
) -> httpx.Response:
    body: Json = {"period": "2027-Q1", "amount": {"amount": str(amount), "currency": "EUR"}, **aim}
    if basis is not None:
        body["basis"] = basis
    return await world.send("PUT", "/v1/targets", by, json=body)


async def basis_of(world: World, answer: httpx.Response, by: Identity = DIRECTOR) -> Json:
    assert answer.status_code in (200, 201), answer.text
    return await world.get(f"/v1/targets/{answer.json()['id']}/basis", by)


async def test_a_target_keeps_the_figure_it_rests_on_while_the_forecast_goes_on(world: World) -> None:
    await world.consume(*pipeline())

    answer = await put(world, 330, {"method": "weighted"})
    world.now = at("2027-02-20T12:00")
    await world.consume(opened("new", 200, "2027-02-15"))
    found = await basis_of(world, answer)

    frozen = found["basis"]
    assert (frozen["figure"]["amount"], frozen["target"]["amount"], frozen["share"]) == (
        "300.00",
        "330.00",
        1.1,
    )
    assert (frozen["as_of"], frozen["target_version"]) == ("2027-02-10T12:00:00Z", 1)
    assert found["then"] == {
        "figure": {"amount": "300.00", "currency": "EUR"},
        "difference": {"amount": "0.00", "currency": "EUR"},
    }
    assert (found["now"]["figure"]["amount"], found["now"]["difference"]["amount"]) == ("400.00", "100.00")
    assert found["definitions"]["share"]["denominator"] == "Figure"


async def test_a_basis_of_the_past_is_as_it_was_known_then(world: World) -> None:
    late = told(opened("told late", 80, "2027-01-10", "commit"), at("2027-02-01"))
    await world.consume(*pipeline(), late)
    instant = "2027-01-25T00:00:00Z"

    answer = await put(world, 500, {"method": "commit", "as_of": instant, "known_at": instant})
    found = await basis_of(world, answer)

    assert (found["basis"]["figure"]["amount"], found["then"]["figure"]["amount"]) == ("500.00", "580.00")


async def test_a_snapshot_may_be_the_basis(world: World) -> None:
    await world.consume(*pipeline())
    snapshot = await world.send("POST", "/v1/forecast/snapshots", json={"name": "Planning"})
    assert snapshot.status_code == 201, snapshot.text
    world.now = at("2027-02-20T12:00")
    await world.consume(opened("new", 200, "2027-02-15", "commit"))

    answer = await put(world, 500, {"method": "commit", "snapshot_id": snapshot.json()["id"]})
    missing = await put(world, 500, {"method": "commit", "snapshot_id": str(named("none"))})

    assert (await basis_of(world, answer))["basis"]["figure"]["amount"] == "500.00"
    assert (missing.status_code, missing.json()["code"]) == (404, "snapshot_not_found")


async def test_an_amended_target_shows_its_new_basis_and_the_earlier_one(world: World) -> None:
    await world.consume(*pipeline())

    await put(world, 330, {"method": "weighted"})
    await put(world, 400, None)
    answer = await put(world, 500, {"method": "commit"})
    found = await basis_of(world, answer)

    assert (found["basis"]["method"], found["basis"]["target_version"]) == ("commit", 3)
    assert [(each["method"], each["target"]["amount"]) for each in found["earlier"]] == [
        ("weighted", "330.00")
    ]


async def test_the_forecast_from_below_may_be_the_basis_when_it_says_something(world: World) -> None:
    await world.consume(*pipeline())
    refused = await put(world, 330, {"method": "bottom_up"})
    unset = await world.get("/v1/targets")
    await world.consume(*two_quarters())

    proposed = (await world.get("/v1/forecast/bottom-up", period="2027-Q1"))["set_as_target"]
    answer = await world.send(proposed["method"], proposed["href"], json=proposed["body"])

    assert (refused.status_code, refused.json()["code"]) == (422, "insufficient_history")
    assert unset["items"] == []
    found = await basis_of(world, answer)
    assert (found["basis"]["method"], found["basis"]["figure"]) == ("bottom_up", proposed["body"]["amount"])


async def test_only_who_sees_all_the_deals_sees_what_the_target_rests_on(world: World) -> None:
    await world.consume(*pipeline())
    of_team = await put(world, 330, {"method": "weighted"}, MANAGER, team_id=str(named("north")))
    of_ann = await put(world, 100, {"method": "commit"}, MANAGER, owner_id=str(named("ann")))
    ann, bob = who("own", "ann", team="north"), who("own", "bob")

    assert (await basis_of(world, of_team, MANAGER))["basis"]["figure"]["amount"] == "300.00"
    assert (await basis_of(world, of_ann, ann))["basis"]["figure"]["amount"] == "500.00"
    hidden = await world.send("GET", f"/v1/targets/{of_team.json()['id']}/basis", ann)
    unseen = await world.send("GET", f"/v1/targets/{of_ann.json()['id']}/basis", bob)
    assert (hidden.json()["code"], unseen.json()["code"]) == ("basis_not_found", "target_not_found")


async def test_a_basis_that_makes_no_sense_is_refused_and_sets_nothing(world: World) -> None:
    await world.consume(*pipeline())
    one = str(named("x"))

    refused = [
        await put(world, 1, {"method": "guess"}),
        await put(world, 1, {"method": "commit", "as_of": "2027-06-01T00:00:00Z"}),
        await put(world, 1, {"method": "commit", "as_of": "2027-01-01T00:00:00Z", "snapshot_id": one}),
        await put(world, 1, {"method": "commit"}, country="AT"),
    ]

    assert [each.json()["code"] for each in refused] == ["validation_failed"] * 4
    assert (await world.get("/v1/targets"))["items"] == []


async def test_a_target_without_basis_says_so(world: World) -> None:
    await world.consume(*pipeline())
    answer = await put(world, 330, None)

    missing = await world.send("GET", f"/v1/targets/{answer.json()['id']}/basis")

    assert (missing.status_code, missing.json()["code"]) == (404, "basis_not_found")
