"""Deals by the thousand: each item for itself, loading twice changes nothing."""

import asyncio
from typing import Any

from tests.pipeline.integration.world import NOW, OTHER_REP, REP, Json, World, days, euros, iso, named


def an_item(number: int = 1, **fields: Any) -> Json:
    return {"name": f"Deal {number}", "source_system": "crm", "external_id": str(number), **fields}


def a_won_item(number: int = 1, **fields: Any) -> Json:
    return an_item(
        number,
        amount=euros("100.00"),
        created_at=iso(NOW - days(90)),
        closed_at=iso(NOW - days(30)),
        outcome="won",
        stage_history=[
            {"stage": "Qualification", "entered_at": iso(NOW - days(90))},
            {"stage": "Negotiation", "entered_at": iso(NOW - days(40))},
        ],
        **fields,
    )


async def batch(world: World, *items: Any, **options: Any) -> list[Json]:
    results: list[Json] = (await world.post("/v1/deals/batch", {"items": list(items)}, **options))["items"]
    assert [each["index"] for each in results] == list(range(len(items)))
    return results


def statuses(results: list[Json]) -> list[str]:
    return [each["status"] for each in results]


async def test_a_deal_arrives_with_its_past_in_one_event(world: World) -> None:
    (result,) = await batch(world, a_won_item())
    deal = await world.get(f"/v1/deals/{result['id']}")
    history = await world.get(f"/v1/deals/{result['id']}/history")
    (event,) = await world.events()

    assert (deal["status"], deal["stage"], deal["created_at"], deal["closed_at"]) == (
        "won",
        "Negotiation",
        iso(NOW - days(90)),
        iso(NOW - days(30)),
    )
    assert [(each["stage"], each["days"]) for each in history["passages"]] == [
        ("Qualification", 50.0),
        ("Negotiation", 10.0),
    ]
    assert history["age_days"] == 60.0
    assert (event["type"], event["time"], event["data"]["status"]) == (
        "pipeline.deal.opened",
        iso(NOW - days(90)),
        "won",
    )
    assert [each["stage"] for each in event["data"]["history"]] == ["Qualification", "Negotiation"]


async def test_loading_twice_changes_nothing(world: World) -> None:
    items = [a_won_item(1), an_item(2), an_item(3, created_at="2027-01-01", amount=euros("5.00"))]

    first, again = await batch(world, *items), await batch(world, *items)

    assert (statuses(first), statuses(again)) == (["created"] * 3, ["unchanged"] * 3)
    assert [each["id"] for each in first] == [each["id"] for each in again]
    assert len(await world.events()) == 3


async def test_what_is_new_is_updated_and_told(world: World) -> None:
    (created,) = await batch(world, an_item(1, created_at=iso(NOW - days(9))))

    renamed = await batch(world, an_item(1, name="Other"))
    won = await batch(world, an_item(1, name="Other", outcome="won", closed_at=iso(NOW - days(1))))
    events = await world.events(created["id"])

    assert (statuses(renamed), statuses(won)) == (["updated"], ["updated"])
    assert [(event["type"], event["sequence"], event["time"]) for event in events[1:]] == [
        ("pipeline.deal.changed", 2, iso(NOW)),
        ("pipeline.deal.won", 3, iso(NOW - days(1))),
    ]


async def test_a_bad_item_fails_alone_and_says_why(world: World) -> None:
    results = await batch(
        world,
        an_item(1),
        an_item(2, colour="red"),
        an_item(3, owner_id=str(named("nobody"))),
        an_item(4, amount={"amount": "1.00", "currency": "XTS"}),
        an_item(5, stage="Nowhere"),
        an_item(6, outcome="lost"),
        "no object",
        an_item(8),
    )

    assert statuses(results) == ["created"] + ["rejected"] * 6 + ["created"]
    assert [each["problem"]["errors"][0]["pointer"] for each in results[1:6]] == [
        "/colour",
        "/owner_id",
        "/amount/currency",
        "/stage",
        "/closed_at",
    ]
    assert [each["problem"]["code"] for each in results[2:5]] == [
        "reference_unknown",
        "rate_missing",
        "stage_unknown",
    ]
    assert (await world.get("/v1/deals", total="exact"))["total"] == 2


async def test_the_same_external_id_twice_in_a_batch_is_one_deal_with_the_later_on_top(world: World) -> None:
    results = await batch(world, an_item(1), an_item(1, name="Later"), an_item(1, name="Later"))
    (deal,) = (await world.get("/v1/deals"))["items"]

    assert statuses(results) == ["created", "updated", "unchanged"]
    assert len({each["id"] for each in results}) == 1
    assert (deal["name"], deal["version"]) == ("Later", 2)
    assert [event["sequence"] for event in await world.events(deal["id"])] == [1, 2]


async def test_items_without_an_origin_are_always_new(world: World) -> None:
    assert statuses(await batch(world, {"name": "A"}, {"name": "A"})) == ["created", "created"]


async def test_two_batches_with_the_same_deals_at_once_make_each_once(world: World) -> None:
    items = [an_item(number) for number in range(60)]

    one, two = await asyncio.gather(batch(world, *items), batch(world, *reversed(items)))
    deals = await world.get("/v1/deals", total="exact", limit=1)

    assert sorted(statuses(one) + statuses(two)) == ["created"] * 60 + ["unchanged"] * 60
    assert (deals["total"], len(await world.events())) == (60, 60)


async def test_a_deal_moved_here_since_it_was_loaded_stays_where_it_is(world: World) -> None:
    item = an_item(
        stage="Proposal",
        created_at="2027-01-01",
        stage_history=[{"stage": "Proposal", "entered_at": "2027-01-01"}],
    )
    (created,) = await batch(world, item)
    await world.post(f"/v1/deals/{created['id']}/stage", {"stage": "Negotiation"})

    assert statuses(await batch(world, item)) == ["unchanged"]
    assert (await world.get(f"/v1/deals/{created['id']}"))["stage"] == "Negotiation"


async def test_a_history_told_anew_replaces_the_one_known(world: World) -> None:
    (created,) = await batch(world, a_won_item())
    item = a_won_item()
    item["stage_history"][1] = {"stage": "Proposal", "entered_at": iso(NOW - days(50))}

    assert statuses(await batch(world, item)) == ["updated"]
    history = await world.get(f"/v1/deals/{created['id']}/history")
    assert [(each["stage"], each["days"]) for each in history["passages"]] == [
        ("Qualification", 40.0),
        ("Proposal", 20.0),
    ]


async def test_a_rep_brings_own_deals_without_a_past_and_touches_no_others(world: World) -> None:
    (others,) = await batch(world, an_item(1), by=OTHER_REP)

    results = await batch(
        world, an_item(1), an_item(2), a_won_item(3), an_item(4, owner_id=OTHER_REP.sub), by=REP
    )

    assert statuses(results) == ["rejected", "created", "rejected", "rejected"]
    assert [each["problem"]["code"] for each in results if each["problem"]] == [
        "external_id_taken",
        "forbidden",
        "forbidden",
    ]
    assert (await world.get(f"/v1/deals/{results[1]['id']}", REP))["owner_id"] == REP.sub
    assert (await world.get(f"/v1/deals/{others['id']}", OTHER_REP))["version"] == 1


async def test_a_batch_has_1_to_1000_items(world: World) -> None:
    for items in ([], [an_item(number) for number in range(1001)]):
        status, code, errors = await world.refusal("POST", "/v1/deals/batch", {"items": items})
        assert (status, code, errors[0][0]) == (422, "validation_failed", "/items")
