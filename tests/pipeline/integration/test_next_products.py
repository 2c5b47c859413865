"""What an account may buy next, by what accounts alike have bought."""

from tests.pipeline.integration.world import OTHER_REP, REP, Json, World, euros, named


async def a_product(world: World, name: str) -> str:
    made: str = (await world.post("/v1/products", {"name": name}))["id"]
    return made


async def bought(world: World, account: str, *products: str, by: str = REP.sub) -> None:
    """Won deals of the past, one for each product."""
    items = [
        {
            "name": account,
            "account_id": str(named(account)),
            "product_id": product,
            "owner_id": by,
            "created_at": "2027-01-01",
            "outcome": "won",
            "closed_at": "2027-02-01",
        }
        for product in products
    ]
    answer = await world.post("/v1/deals/batch", {"items": items})
    assert {each["status"] for each in answer["items"]} == {"created"}, answer


async def a_market(world: World, *, accounts: int = 30) -> dict[str, str]:
    """A third bought a chair, nearly all of these a table too; the others bought a lamp."""
    names = ["Acme", *(f"account {number}" for number in range(accounts - 1))]
    await world.know(names)
    products = {name: await a_product(world, name) for name in ("chair", "table", "lamp")}
    for number, name in enumerate(names):
        if number % 3:
            await bought(world, name, products["lamp"])
        elif number in (0, 3):
            await bought(world, name, products["chair"])
        else:
            await bought(world, name, products["chair"], products["table"])
    return products


async def next_for(world: World, account: str) -> Json:
    return await world.get(f"/v1/accounts/{named(account)}/next-products", REP)


async def test_who_bought_a_chair_is_offered_a_table_with_the_counts_behind_it(world: World) -> None:
    products = await a_market(world)

    found = await next_for(world, "Acme")

    assert (found["state"], found["accounts"]) == ("ok", 30)
    assert [each["name"] for each in found["bought"]] == ["chair"]
    (table,) = found["items"]
    assert table["product"] == {"id": products["table"], "name": "table"}
    assert table["because"] == {"id": products["chair"], "name": "chair"}
    assert (table["accounts_with_both"], table["accounts_with_because"], table["accounts_with_product"]) == (
        8,
        10,
        8,
    )
    assert (table["support"], table["confidence"], table["lift"]) == (0.2667, 0.8, 3.0)
    assert found["definitions"]["lift"]["numerator"] == "Confidence"


async def test_what_was_ordered_counts_until_the_order_is_cancelled(world: World) -> None:
    products = await a_market(world)
    line = {"product_id": products["table"], "unit_price": euros("1.00")}
    order = await world.post("/v1/orders", {"account_id": str(named("Acme")), "lines": [line]}, REP)

    ordered = await next_for(world, "Acme")
    await world.post(f"/v1/orders/{order['id']}/cancel", {}, REP)
    cancelled = await next_for(world, "Acme")

    assert [each["name"] for each in ordered["bought"]] == ["chair", "table"]
    assert ordered["items"] == []
    assert [each["product"]["name"] for each in cancelled["items"]] == ["table"]


async def test_a_product_that_is_not_sold_any_more_is_not_offered(world: World) -> None:
    products = await a_market(world)
    await world.send(
        "PATCH", f"/v1/products/{products['table']}", json={"active": False}, headers={"If-Match": '"1"'}
    )

    assert (await next_for(world, "Acme"))["items"] == []


async def test_too_few_accounts_say_nothing_and_who_bought_nothing_is_offered_nothing(world: World) -> None:
    await a_market(world, accounts=12)
    await world.know(["Newcomer"])
    await world.deal(REP, account_id=str(named("Newcomer")))

    few, newcomer = await next_for(world, "Acme"), await next_for(world, "Newcomer")

    assert (few["state"], few["accounts"], few["least_accounts"], few["items"]) == (
        "insufficient_history",
        12,
        20,
        [],
    )
    assert (newcomer["state"], newcomer["items"]) == ("nothing_bought", [])


async def test_anothers_account_is_not_found(world: World) -> None:
    await world.know(["Acme"])
    await bought(world, "Acme", await a_product(world, "chair"))
    path = f"/v1/accounts/{named('Acme')}/next-products"

    assert (await world.refusal("GET", path, by=OTHER_REP))[:2] == (404, "account_not_found")
    assert (await world.refusal("GET", f"/v1/accounts/{named('nobody')}/next-products"))[:2] == (
        404,
        "account_not_found",
    )
    assert (await world.get(path, REP))["state"] == "insufficient_history"
