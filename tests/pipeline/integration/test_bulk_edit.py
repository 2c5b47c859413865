"""Many deals at once: each judged for itself, each told, none changed twice."""

import asyncio
from typing import Any

import pytest

from services.pipeline.bulk_edit import routes as bulk_routes
from tests.pipeline.integration.world import DIRECTOR, MANAGER, OTHER_REP, REP, Json, World, euros, named

PATH = "/v1/deals/bulk"


async def deals(world: World, count: int, by: Any = DIRECTOR, **fields: Any) -> list[str]:
    return [(await world.deal(by, name=f"Deal {n}", **fields))["id"] for n in range(count)]


def statuses(answer: Json) -> list[str]:
    return [each["status"] for each in answer["items"]]


async def gated(world: World) -> Json:
    """A pipeline whose second stage asks for an amount, and that lets managers pass."""
    gates = [{"kind": "required_fields", "fields": ["amount"]}]
    stages = [{"name": "New"}, {"name": "Offer", "entry_gates": gates}]
    return await world.post("/v1/pipelines", {"name": "Gated", "stages": stages, "override_allowed": True})


async def test_fields_owner_and_tags_of_many_are_changed_each_with_its_event_and_history(
    world: World,
) -> None:
    ids = await deals(world, 3, tags=["old", "kept"])
    body = {
        "ids": ids,
        "patch": {"source": "fair", "owner_id": REP.sub},
        "add_tags": ["New"],
        "remove_tags": ["old"],
    }

    first = await world.post(PATH, body)
    again = await world.post(PATH, body)

    assert (first["matched"], first["updated"], statuses(again)) == (3, 3, ["unchanged"] * 3)
    for deal_id in ids:
        deal = await world.get(f"/v1/deals/{deal_id}")
        assert (deal["source"], deal["owner_id"], deal["tags"]) == ("fair", REP.sub, ["kept", "new"])
        assert [each["type"] for each in await world.events(deal_id)] == [
            "pipeline.deal.opened",
            "pipeline.deal.changed",
        ]
        change = (await world.get(f"/v1/deals/{deal_id}/history"))["changes"][-1]
        assert (change["by"], set(change["fields"])) == (DIRECTOR.sub, {"source", "owner_id", "tags"})


async def test_deals_are_meant_by_a_filter_of_the_list(world: World) -> None:
    await world.post("/v1/deal-fields", {"key": "seats", "label": "Seats", "type": "integer"})
    small = await world.deal(amount=euros("10"), custom={"seats": 5})
    large = await world.deal(amount=euros("100"), custom={"seats": 50})

    chosen = await world.post(
        PATH, {"filter": {"amount": ["gte:50", "lt:1000"], "custom.seats": "gt:5"}, "add_tags": ["big"]}
    )
    nobody = await world.post(PATH, {"filter": {"name": "Nobody"}, "add_tags": ["x"]})
    unknown = await world.refusal("POST", PATH, {"filter": {"colour": "red"}, "add_tags": ["x"]})

    assert [each["id"] for each in chosen["items"]] == [large["id"]]
    assert (await world.get(f"/v1/deals/{small['id']}"))["tags"] == []
    assert (nobody["matched"], nobody["items"]) == (0, [])
    assert unknown == (400, "unknown_parameter", [("/filter/colour", "unknown_parameter")])


async def test_gates_are_judged_for_each_and_a_refused_deal_is_left_whole(world: World) -> None:
    pipeline = (await gated(world))["id"]
    rich = await world.deal(REP, pipeline_id=pipeline, amount=euros("5"))
    poor = await world.deal(REP, pipeline_id=pipeline)
    body = {"ids": [rich["id"], poor["id"]], "stage": "Offer", "patch": {"source": "fair"}}

    answer = await world.post(PATH, body, REP)
    again = await world.post(PATH, body, REP)
    passed = await world.post(PATH, {**body, "override_reason": "The board wants it"}, MANAGER)

    assert statuses(answer) == ["updated", "rejected"]
    problem = answer["items"][1]["problem"]
    assert (problem["status"], problem["code"]) == (409, "gates_unmet")
    assert problem["unmet"][0]["field"] == "amount"
    told = [each["type"].rsplit(".", 1)[1] for each in await world.events(poor["id"])]
    assert told == ["opened", "changed", "stage_changed"]
    assert statuses(again) == ["unchanged", "rejected"]
    assert statuses(passed) == ["unchanged", "updated"]
    moved = await world.get(f"/v1/deals/{poor['id']}")
    assert (moved["stage"], moved["source"]) == ("Offer", "fair")


@pytest.mark.parametrize("outcome", ["win", "lose"])
async def test_many_are_ended_once(world: World, outcome: str) -> None:
    ids = await deals(world, 2)
    body: Json = {"ids": ids, outcome: {"reason": "all together"}}

    first = await world.post(PATH, body)
    again = await world.post(PATH, body)
    wrong = await world.post(PATH, {"ids": ids, "win" if outcome == "lose" else "lose": {"reason": "x"}})

    assert (statuses(first), statuses(again)) == (["updated"] * 2, ["unchanged"] * 2)
    assert [each["problem"]["code"] for each in wrong["items"]] == ["deal_not_open"] * 2
    deal = await world.get(f"/v1/deals/{ids[0]}")
    assert deal["status"] == {"win": "won", "lose": "lost"}[outcome]
    assert deal[f"{outcome}_reason".replace("lose", "loss")] == "all together"


async def test_a_dry_run_judges_everything_and_changes_nothing(world: World) -> None:
    pipeline = (await gated(world))["id"]
    ids = [
        (await world.deal(pipeline_id=pipeline, amount=euros("5")))["id"],
        (await world.deal(pipeline_id=pipeline))["id"],
    ]
    before = await world.events()

    answer = await world.send("POST", PATH, json={"ids": ids, "stage": "Offer", "dry_run": True})

    assert (statuses(answer.json()), answer.json()["dry_run"]) == (["updated", "rejected"], True)
    assert "X-Event-Position" not in answer.headers
    assert await world.events() == before
    assert (await world.get(f"/v1/deals/{ids[0]}"))["stage"] == "New"


async def test_the_same_key_changes_nothing_again_and_answers_the_same(world: World) -> None:
    ids = await deals(world, 2)
    body = {"ids": ids, "add_tags": ["x"]}
    key = {"Idempotency-Key": "once"}

    first = await world.send("POST", PATH, json=body, headers=key)
    await world.post(PATH, {"ids": ids, "remove_tags": ["x"]})
    again = await world.send("POST", PATH, json=body, headers=key)

    assert (again.json(), again.headers["Idempotency-Replayed"]) == (first.json(), "true")
    assert (await world.get(f"/v1/deals/{ids[0]}"))["tags"] == []


async def test_who_sees_only_what_is_own_changes_only_that(world: World) -> None:
    own = await world.deal(REP, source="fair")
    other = await world.deal(OTHER_REP, source="fair")

    by_ids = await world.post(PATH, {"ids": [own["id"], other["id"]], "add_tags": ["x"]}, REP)
    by_filter = await world.post(PATH, {"filter": {"source": "fair"}, "add_tags": ["y"]}, REP)
    given_away = await world.post(PATH, {"ids": [own["id"]], "patch": {"owner_id": OTHER_REP.sub}}, REP)
    unmoved = await world.post(PATH, {"ids": [other["id"]], "stage": other["stage"]}, REP)

    assert statuses(by_ids) == ["updated", "rejected"]
    assert by_ids["items"][1]["problem"]["code"] == "deal_not_found"
    assert [each["id"] for each in by_filter["items"]] == [own["id"]]
    assert given_away["items"][0]["problem"]["code"] == "forbidden"
    assert (statuses(unmoved), unmoved["items"][0]["version"]) == (["rejected"], None)


@pytest.mark.parametrize(
    "body",
    [
        {"add_tags": ["x"]},
        {"ids": [str(named("a"))], "filter": {"name": "a"}, "add_tags": ["x"]},
        {"ids": [str(named("a"))]},
        {"ids": [str(named("a"))], "stage": "Offer", "win": {}},
        {"ids": [str(named("a"))], "patch": {"tags": ["a"]}, "add_tags": ["x"]},
        {"ids": [str(named("a"))], "patch": {"status": "won"}},
    ],
)
async def test_what_is_not_clear_is_refused_as_a_whole(world: World, body: Json) -> None:
    assert (await world.refusal("POST", PATH, body))[:2] == (422, "validation_failed")


async def test_what_no_deal_can_take_is_refused_as_a_whole(world: World) -> None:
    ids = await deals(world, 1)

    unknown = await world.refusal("POST", PATH, {"ids": ids, "patch": {"owner_id": str(named("nobody"))}})
    own = await world.refusal("POST", PATH, {"ids": ids, "patch": {"custom": {"no": 1}}})

    assert unknown == (422, "reference_unknown", [("/owner_id", "reference_unknown")])
    assert own == (422, "validation_failed", [("/custom/no", "unknown_field")])


async def test_two_changes_of_the_same_deals_in_opposite_order_wait_for_each_other_and_both_come(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_routes, "_AT_ONCE", 2)
    ids = await deals(world, 8)

    def change(order: list[str], tag: str) -> Any:
        key = {"Idempotency-Key": tag}
        return world.send("POST", PATH, json={"ids": order, "add_tags": [tag]}, headers=key)

    answers = await asyncio.gather(change(ids, "a"), change(ids[::-1], "b"))

    assert [answer.json()["updated"] for answer in answers] == [8, 8]
    assert [each["id"] for each in answers[1].json()["items"]] == ids[::-1]
    listed = (await world.get("/v1/deals"))["items"]
    assert all(set(each["tags"]) == {"a", "b"} for each in listed)


async def test_a_deal_named_twice_is_changed_once_and_too_many_tags_are_its_own_matter(world: World) -> None:
    full = await world.deal(tags=[str(n) for n in range(20)])
    plain = await world.deal()

    answer = await world.post(PATH, {"ids": [plain["id"], full["id"], plain["id"]], "add_tags": ["x"]})

    assert statuses(answer) == ["updated", "rejected"]
    assert answer["items"][1]["problem"]["errors"][0]["pointer"] == "/add_tags"
