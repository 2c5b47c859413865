"""Orders: taken for an account or a deal, cancelled; at the counter the deal is made and won at once."""

import asyncio
from typing import Any

import pytest

from shared.contracts.envelope import Envelope
from shared.contracts.events.leads_account import AccountMerged, AccountUnmerged
from tests.pipeline.integration.world import (
    ANY,
    DIRECTOR,
    MANAGER,
    NOW,
    OTHER_REP,
    REP,
    Json,
    World,
    euros,
    named,
    told,
)

ORDERS = "/v1/orders"
ORIGIN: Json = {"source_system": "till", "external_id": "77"}


async def a_product(world: World, name: str, price: str | None = "19.99") -> str:
    fields = {"name": name, "list_price": price and euros(price)}
    made: str = (await world.post("/v1/products", fields))["id"]
    return made


async def an_order(world: World, **more: Any) -> Json:
    """Two lines of the rep for Acme."""
    await world.know(["Acme"])
    product = await a_product(world, "Chair")
    return {
        "account_id": str(named("Acme")),
        "lines": [
            {"product_id": product, "quantity": 3},
            {"description": "Delivery", "quantity": "1.5", "unit_price": euros("10.00"), "discount": "0.1"},
        ],
        **more,
    }


async def test_an_order_has_a_number_lines_a_total_and_who_took_it_on_which_visit(world: World) -> None:
    body = await an_order(world, visit_id=str(named("visit")))

    made = await world.send("POST", ORDERS, REP, json=body)
    order = made.json()

    assert (made.status_code, made.headers["Location"], made.headers["ETag"]) == (
        201,
        f"{ORDERS}/{order['id']}",
        '"1"',
    )
    assert order["number"].startswith("2027-")
    assert [line["amount"] for line in order["lines"]] == [euros("59.97"), euros("13.50")]
    assert (order["total"], order["base_total"]) == (euros("73.47"), euros("73.47"))
    assert (order["taken_by"], order["visit_id"], order["status"]) == (REP.sub, str(named("visit")), "taken")
    assert (await world.get(f"{ORDERS}/{order['id']}", REP)) == order
    assert (await world.get(ORDERS, REP, visit_id=str(named("visit"))))["items"] == [order]
    (event,) = await world.events(order["id"])
    assert (event["type"], event["data"]["total"], event["data"]["owner_id"]) == (
        "pipeline.order.taken",
        euros("73.47"),
        REP.sub,
    )
    assert [line["quantity"] for line in event["data"]["lines"]] == ["3", "1.5"]
    assert "Delivery" not in str(event)


async def test_an_order_in_another_currency_is_valued_at_the_rate_of_its_day(world: World) -> None:
    dollars = {"amount": "100.00", "currency": "USD"}
    body = await an_order(world, lines=[{"description": "Tool", "unit_price": dollars}])

    order = await world.post(ORDERS, body, REP)

    assert (order["total"], order["base_total"]) == (dollars, euros("50.00"))
    early = await world.refusal("POST", ORDERS, {**body, "ordered_at": "2026-12-31"}, REP)
    assert early[:2] == (422, "rate_missing")


async def test_an_order_of_a_deal_is_of_its_account_and_a_lost_deal_takes_none(world: World) -> None:
    body = await an_order(world)
    deal = await world.deal(REP, account_id=body.pop("account_id"))

    order = await world.post(ORDERS, {**body, "deal_id": deal["id"]}, REP)
    await world.post(f"/v1/deals/{deal['id']}/lose", {"reason": "price"}, REP)
    lost = await world.refusal("POST", ORDERS, {**body, "deal_id": deal["id"]}, REP)
    others = await world.refusal("POST", ORDERS, {**body, "deal_id": deal["id"]}, OTHER_REP)

    assert (order["account_id"], order["deal_id"]) == (str(named("Acme")), deal["id"])
    assert lost[:2] == (409, "deal_not_open")
    assert others == (422, "reference_unknown", [("/deal_id", "reference_unknown")])


async def test_a_cancelled_order_says_why_and_is_cancelled_once(world: World) -> None:
    order = await world.post(ORDERS, await an_order(world), REP)
    path = f"{ORDERS}/{order['id']}/cancel"

    stale = await world.send("POST", path, REP, json={}, headers={"If-Match": '"7"'})
    done = await world.send("POST", path, REP, json={"reason": "Out of stock"}, headers=ANY)
    again = await world.refusal("POST", path, {}, REP)

    assert (stale.status_code, done.headers["ETag"]) == (412, '"2"')
    assert (done.json()["status"], done.json()["cancel_reason"]) == ("cancelled", "Out of stock")
    assert again[:2] == (409, "state_conflict")
    assert [each["type"] for each in await world.events(order["id"])] == [
        "pipeline.order.taken",
        "pipeline.order.cancelled",
    ]
    assert (await world.get(ORDERS, REP, status="taken"))["items"] == []


async def test_a_counter_sale_is_an_order_and_a_won_deal_in_one_call(world: World) -> None:
    product = await a_product(world, "Chair")
    body = {"lines": [{"product_id": product, "quantity": 2}], "deal": {"sale_approach": "passive"}}

    order = await world.post(f"{ORDERS}?quick=true", body, REP)
    deal = await world.get(f"/v1/deals/{order['deal_id']}", REP)

    assert (order["counter_sale"], order["account_id"], order["total"]) == (True, None, euros("39.98"))
    assert (deal["status"], deal["amount"], deal["closed_at"]) == (
        "won",
        euros("39.98"),
        "2027-03-01T09:00:00Z",
    )
    assert (deal["name"], deal["product_id"], deal["owner_id"], deal["sale_approach"]) == (
        f"Order {order['number']}",
        product,
        REP.sub,
        "passive",
    )
    assert [each["type"] for each in await world.events(deal["id"])] == ["pipeline.deal.opened"]
    sales = await world.get("/v1/analytics/first-vs-repeat", REP)
    assert sales["total"]["revenue"] == euros("39.98")


async def test_a_counter_sale_sent_again_from_the_same_till_is_the_same_sale(world: World) -> None:
    body = await an_order(world, **ORIGIN)

    first = await world.send("POST", f"{ORDERS}?quick=true", REP, json=body)
    again = await world.send("POST", f"{ORDERS}?quick=true", REP, json=body)
    other = await world.refusal("POST", f"{ORDERS}?quick=true", {**body, "lines": [body["lines"][0]]}, REP)
    hidden = await world.refusal("POST", f"{ORDERS}?quick=true", body, OTHER_REP)

    assert (first.status_code, again.status_code, again.json()) == (201, 200, first.json())
    assert (other[:2], hidden[:2]) == ((409, "external_id_taken"), (409, "external_id_taken"))
    assert len((await world.get("/v1/deals"))["items"]) == 1


async def test_eight_tellings_of_one_counter_sale_at_once_make_one_deal(world: World) -> None:
    body = await an_order(world, **ORIGIN)

    answers = await asyncio.gather(
        *(world.send("POST", f"{ORDERS}?quick=true", REP, json=body) for _ in range(8))
    )

    codes = [answer.status_code for answer in answers]
    assert codes.count(201) == 1
    assert set(codes) <= {200, 201, 409}
    assert len((await world.get(ORDERS))["items"]) == 1
    assert len((await world.get("/v1/deals"))["items"]) == 1


async def test_what_a_pipeline_asks_for_before_a_win_holds_at_the_counter_too(world: World) -> None:
    stages = [{"name": "Sell"}]
    gates = [{"kind": "required_fields", "fields": ["account_id"]}]
    gated = await world.post("/v1/pipelines", {"name": "Counter", "stages": stages, "win_gates": gates})
    body = {"lines": [{"description": "Tool", "unit_price": euros("5.00")}]}

    refused = await world.refusal(
        "POST", f"{ORDERS}?quick=true", {**body, "deal": {"pipeline_id": gated["id"]}}, REP
    )
    await world.know(["Acme"])
    named_account = {**body, "account_id": str(named("Acme")), "deal": {"pipeline_id": gated["id"]}}
    order = await world.post(f"{ORDERS}?quick=true", named_account, REP)

    assert refused[:2] == (409, "gates_unmet")
    assert (await world.get(f"/v1/deals/{order['deal_id']}"))["stage"] == "Sell"
    assert len((await world.get(ORDERS))["items"]) == 1


async def test_everybody_sees_the_orders_they_took_and_those_of_deals_they_read(world: World) -> None:
    body = await an_order(world)
    deal = await world.deal(REP, account_id=body["account_id"])
    own = await world.post(ORDERS, body, REP)
    of_deal = await world.post(ORDERS, {**body, "deal_id": deal["id"]}, DIRECTOR)
    others = await world.post(ORDERS, body, OTHER_REP)

    async def seen(by: Any) -> set[str]:
        return {each["id"] for each in (await world.get(ORDERS, by))["items"]}

    assert await seen(REP) == {own["id"], of_deal["id"]}
    assert await seen(MANAGER) == {own["id"], of_deal["id"]}
    assert await seen(OTHER_REP) == {others["id"]}
    assert (await world.refusal("GET", f"{ORDERS}/{own['id']}", by=OTHER_REP))[:2] == (404, "order_not_found")
    refused = await world.refusal("POST", f"{ORDERS}/{own['id']}/cancel", {}, OTHER_REP)
    assert refused[:2] == (404, "order_not_found")


def parted_or_merged(name: str, *, into: str, sequence: int, merged: bool = True) -> Envelope:
    about: Json = {"account_id": named(name), "name": name, "created_at": NOW, "merge_id": named(name + into)}
    if merged:
        return told(AccountMerged(**about, merged_into=named(into)), named(name), sequence=sequence)
    return told(AccountUnmerged(**about, unmerged_from=named(into)), named(name), sequence=sequence)


async def test_orders_follow_their_account_through_merges_and_back(world: World) -> None:
    order = await world.post(ORDERS, await an_order(world), REP)

    async def account() -> str:
        found: str = (await world.get(f"{ORDERS}/{order['id']}", REP))["account_id"]
        return found

    async def after(envelope: Envelope) -> str:
        await world.consume(envelope)
        return await account()

    places = [
        await after(parted_or_merged("Acme", into="Initech", sequence=2)),
        await after(parted_or_merged("Initech", into="Hooli", sequence=2)),
        await after(parted_or_merged("Initech", into="Hooli", sequence=3, merged=False)),
        await after(parted_or_merged("Acme", into="Initech", sequence=3, merged=False)),
    ]

    assert places == [str(named(name)) for name in ("Initech", "Hooli", "Initech", "Acme")]
    changes = [each for each in await world.events(order["id"]) if each["type"].endswith("order.changed")]
    assert [each["data"]["changed"] for each in changes] == [["account_id"]] * 4


@pytest.mark.parametrize(
    ("changes", "code", "pointer"),
    [
        ({"account_id": None}, "validation_failed", "/account_id"),
        ({"account_id": str(named("nobody"))}, "reference_unknown", "/account_id"),
        ({"taken_by": OTHER_REP.sub}, "forbidden", "/taken_by"),
        ({"deal": {"name": "Acme"}}, "validation_failed", "/deal"),
        ({"ordered_at": "2027-04-01"}, "validation_failed", "/ordered_at"),
        ({"lines": []}, "validation_failed", "/lines"),
        ({"lines": [{"description": "Tool"}]}, "validation_failed", "/lines/0"),
        ({"lines": [{"product_id": str(named("nothing"))}]}, "reference_unknown", "/lines/0/product_id"),
    ],
)
async def test_an_order_that_does_not_fit_together_is_refused(
    world: World, changes: Json, code: str, pointer: str
) -> None:
    body = await an_order(world, **changes)

    _, refused, errors = await world.refusal("POST", ORDERS, body, REP)

    assert (refused, errors[0][0]) == (code, pointer)


async def test_a_number_is_given_once_and_a_product_without_a_price_needs_one(world: World) -> None:
    await world.post(ORDERS, await an_order(world, number="A-1"), REP)
    unpriced = await a_product(world, "Table", None)

    twice = await world.refusal("POST", ORDERS, await an_order(world, number="A-1"), REP)
    dear = await world.refusal("POST", ORDERS, await an_order(world, lines=[{"product_id": unpriced}]), REP)

    assert twice[:2] == (409, "duplicate")
    assert dear == (422, "validation_failed", [("/lines/0/unit_price", "required")])


async def test_who_only_reads_a_deal_sees_its_orders_and_cancels_none(world: World) -> None:
    body = await an_order(world)
    deal = await world.deal(REP, account_id=body["account_id"])
    order = await world.post(ORDERS, {**body, "deal_id": deal["id"]}, REP)
    path, team = f"{ORDERS}/{order['id']}", f"/v1/deals/{deal['id']}/team"
    await world.post(team, {"member_id": OTHER_REP.sub}, REP)

    assert (await world.get(path, OTHER_REP))["id"] == order["id"]
    refused = await world.refusal("POST", f"{path}/cancel", {}, OTHER_REP)
    edit = {"access": "edit"}
    await world.send("PATCH", f"{team}/{OTHER_REP.sub}", REP, json=edit, headers={"If-Match": '"1"'})

    assert refused[:2] == (404, "order_not_found")
    assert (await world.post(f"{path}/cancel", {}, OTHER_REP))["status"] == "cancelled"
