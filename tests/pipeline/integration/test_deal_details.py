"""Tags, next steps, descriptions and what recurs: written, merged, listed, told and remembered."""

from typing import Any

from tests.pipeline.integration.world import FIRST, Json, World, euros, named

DETAILS: Json = {
    "tags": ["  Key   Account ", "fair", "FAIR"],
    "next_step": "Send the offer",
    "next_step_at": "2027-03-03T08:00:00Z",
    "description": "Twenty seats and support",
    "amount": euros("1000"),
    "recurring_amount": euros("100"),
    "recurring_period": "quarter",
    "term_months": 18,
}
KEPT: Json = {**DETAILS, "tags": ["key account", "fair"]}


async def test_details_are_kept_and_what_recurs_is_reckoned_by_month_year_and_term(world: World) -> None:
    deal = await world.deal(**DETAILS)

    shown = await world.get(f"/v1/deals/{deal['id']}")

    assert {name: shown[name] for name in KEPT} == KEPT
    assert (shown["mrr"], shown["arr"], shown["tcv"]) == (euros("33.33"), euros("400.00"), euros("1600.00"))
    assert (await world.get("/v1/deals"))["items"] == [shown]


async def test_what_recurs_without_a_term_has_no_total_and_without_recurring_the_total_is_the_amount(
    world: World,
) -> None:
    endless = await world.deal(**{**DETAILS, "term_months": None})
    once = await world.deal(amount=euros("7"))

    assert (endless["tcv"], once["tcv"], once["mrr"]) == (None, euros("7"), None)


async def test_half_of_what_recurs_is_refused_by_field(world: World) -> None:
    deal = await world.deal(**DETAILS)
    path = f"/v1/deals/{deal['id']}"

    no_period = await world.refusal("PATCH", path, {"recurring_period": None})
    no_amount = await world.refusal("PATCH", path, {"recurring_amount": None})
    dollars = await world.refusal("PATCH", path, {"amount": {"amount": "5", "currency": "USD"}})
    new = await world.refusal("POST", "/v1/deals", {"name": "B", "term_months": 3})

    assert no_period == (422, "validation_failed", [("/recurring_period", "required")])
    assert no_amount[2] == [
        ("/recurring_period", "goes_with_recurring_amount"),
        ("/term_months", "goes_with_recurring_amount"),
    ]
    assert dollars[2] == [("/recurring_amount", "currency_differs")]
    assert new[2] == [("/term_months", "goes_with_recurring_amount")]


async def test_edits_of_different_details_merge_and_words_stay_here(world: World) -> None:
    deal = await world.deal(**DETAILS)
    path = f"/v1/deals/{deal['id']}"

    await world.send("PATCH", path, json={"tags": None, "next_step": "Call Ada"}, headers=FIRST)
    merged = await world.send("PATCH", path, json={"term_months": 24}, headers=FIRST)
    late = await world.refusal("PATCH", path, {"tags": ["x"]})
    changes = (await world.get(f"{path}/history"))["changes"]

    assert (merged.json()["tags"], merged.json()["next_step"], merged.json()["term_months"]) == (
        [],
        "Call Ada",
        24,
    )
    assert late[:2] == (412, "version_conflict")
    assert changes[1]["fields"] == {"tags": {"from": KEPT["tags"], "to": []}, "next_step": {}}
    assert changes[2]["fields"] == {"term_months": {"from": 18, "to": 24}}
    told = str(await world.events(deal["id"]))
    assert "Ada" not in told
    assert "seats" not in told


async def test_deals_are_found_by_tag_and_sorted_by_what_recurs_a_month(world: World) -> None:
    await world.deal(**DETAILS)
    monthly: Json = {"recurring_amount": euros("50"), "recurring_period": "month"}
    await world.deal(name="B", tags=["fair", "new"], **monthly)
    await world.deal(name="C")

    async def found(**query: Any) -> list[str]:
        return [each["name"] for each in (await world.get("/v1/deals", **query))["items"]]

    assert await found(tags="fair", sort="name") == ["Acme", "B"]
    assert await found(tags="in:new,key account", sort="name") == ["Acme", "B"]
    assert await found(tags="ne:new", sort="name") == ["Acme", "C"]
    assert await found(tags="is:null") == ["C"]
    assert await found(sort="-mrr") == ["B", "Acme", "C"]
    assert await found(mrr="gte:50") == ["B"]
    assert await found(next_step_at="lt:2027-03-04T00:00:00Z") == ["Acme"]


async def test_a_batch_brings_details_and_revises_them(world: World) -> None:
    item = {**DETAILS, "name": "Acme", "source_system": "old", "external_id": "7"}

    await world.post("/v1/deals/batch", {"items": [item]})
    again = await world.post("/v1/deals/batch", {"items": [item, {**item, "tags": ["other"]}]})

    assert [each["status"] for each in again["items"]] == ["unchanged", "updated"]
    assert (await world.get("/v1/deals"))["items"][0]["tags"] == ["other"]


async def test_more_than_twenty_tags_are_refused(world: World) -> None:
    refused = await world.refusal("POST", "/v1/deals", {"name": "A", "tags": [str(n) for n in range(21)]})

    assert refused == (422, "validation_failed", [("/tags", "too_long")])


async def test_a_lost_deal_keeps_the_stage_in_which_it_was_lost_until_it_is_taken_up_again(
    world: World,
) -> None:
    deal = await world.deal(stage="Proposal")
    path = f"/v1/deals/{deal['id']}"

    lost = await world.post(f"{path}/lose", {"reason": "price"})
    listed = await world.get("/v1/deals", lost_in_stage_id=deal["stage_id"])
    again = await world.post(f"{path}/reopen")

    assert lost["lost_in_stage_id"] == deal["stage_id"]
    assert [each["id"] for each in listed["items"]] == [deal["id"]]
    assert (again["lost_in_stage_id"], again["loss_reason"]) == (None, None)
    assert (await world.get("/v1/deals", loss_reason_id=str(named("none"))))["items"] == []
