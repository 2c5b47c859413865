"""Territories, product families and products are forecast, adjusted and seen in four views, like teams."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.forecast.outlook.domain import FIGURES
from shared.contracts.envelope import Envelope
from shared.contracts.identity import Identity
from tests.forecast.builders import at, deal_event, eur, member, named, organisation, product, team
from tests.forecast.integration.test_regions import account, territory
from tests.forecast.integration.world import DIRECTOR, World, who

GRETA, BEN, ANN = who("subtree", "greta", team="north"), who("own", "ben"), who("own", "ann")
ITEMS, PATH = "/v1/forecast/items", "/v1/forecast/adjustments"
PLACES = {"Germany": None, "Bavaria": "Germany", "Munich": "Bavaria", "France": None}
PRODUCTS = {"pump": "Pumps", "valve": "Pumps", "course": None}


def managed_by(name: str) -> dict[str, Any]:
    return {"manager_id": named(name)}


def deal(name: str, amount: int, place: str | None, sold: str | None = None, **state: Any) -> Envelope:
    return deal_event(
        "opened",
        name,
        time="2027-01-10",
        amount=eur(amount),
        account_id=None if place is None else named(f"customer in {place}"),
        product_id=None if sold is None else named(sold),
        **{"owner_id": named("ann"), "forecast_category": "commit", **state},
    )


@pytest.fixture
async def market(world: World) -> World:
    """Greta manages Germany, Ben Bavaria in it; Munich in Bavaria and France have no manager."""
    await world.consume(
        organisation(),
        team("north"),
        *(member(name, team="north") for name in ("ann", "ben", "greta")),
        *(product(name, family=family) for name, family in PRODUCTS.items()),
        *(account(f"customer in {name}", "DE") for name in PLACES),
        *(
            territory(
                name,
                above,
                account_ids=(named(f"customer in {name}"),),
                depth=list(PLACES).index(name) + 1,
                **managed_by({"Germany": "greta", "Bavaria": "ben"}.get(name, "nobody")),
            )
            for name, above in PLACES.items()
        ),
        deal("g", 1000, "Germany", "pump"),
        deal("b", 300, "Bavaria", "pump"),
        deal("m", 70, "Munich", "valve"),
        deal("f", 5, "France", "course"),
        deal("nowhere", 2, None),
    )
    return world


async def adjusted(world: World, by: Identity, said: str, /, **node: Any) -> dict[str, Any]:
    answer = await put(world, by, said, **node)
    assert answer.status_code == 201, answer.text
    state: dict[str, Any] = answer.json()
    return state


async def put(world: World, by: Identity, said: str, /, **node: Any) -> Any:
    body = {"period": "2027-Q1", "figure": "commit", "amount": {"amount": said, "currency": "EUR"}, **node}
    return await world.send("PUT", PATH, by, json=body)


async def commits(world: World, by: Identity = DIRECTOR, **params: Any) -> dict[str | None, list[str]]:
    """By name: without adjustments, as its owner sees it, forecast; of the node and those right below."""
    body = await world.get(ITEMS, by, **{"period": "2027-Q1", **params})
    views = ("amount_without_adjustments", "amount_without_manager_adjustment", "forecast_amount")
    return {
        each["name"]: [each["commit"][view]["amount"].removesuffix(".00") for view in views]
        for each in (body["node"], *body["items"])
    }


async def test_a_territory_is_adjusted_by_its_manager_and_by_the_manager_above(market: World) -> None:
    await adjusted(market, BEN, "500", territory_id=str(named("Bavaria")), note="The fair in Munich")
    made = await adjusted(market, GRETA, "400", territory_id=str(named("Bavaria")))

    assert (made["side"], made["replaced"]["amount"]) == ("manager", "500.00")
    assert await commits(market, dimension="territory") == {
        None: ["1377", "1407", "1407"],
        "France": ["5", "5", "5"],
        "Germany": ["1370", "1400", "1400"],
    }
    assert await commits(market, GRETA, dimension="territory") == {
        "Germany": ["1370", "1400", "1400"],
        "Bavaria": ["370", "500", "400"],
    }
    bavaria = await market.get(ITEMS, BEN, period="2027-Q1", territory_id=named("Bavaria"))
    notes = {each["side"]: each["note"] for each in bavaria["node"]["commit"]["adjustments"]}
    assert notes == {"owner": "The fair in Munich", "manager": None}
    assert bavaria["node"]["commit"]["owner_only_amount"]["amount"] == "300.00"


async def test_products_and_families_are_adjusted_by_who_sees_everything(market: World) -> None:
    await adjusted(market, DIRECTOR, "90", product_id=str(named("valve")))
    made = await adjusted(market, DIRECTOR, "1500", product_family="Pumps")

    assert (made["side"], made["replaced"]["amount"]) == ("owner", "1390.00")
    assert await commits(market, dimension="product") == {
        None: ["1377", "1507", "1507"],
        "Pumps": ["1370", "1500", "1500"],
        "course": ["5", "5", "5"],
    }
    assert await commits(market, product_family="Pumps") == {
        "Pumps": ["1370", "1500", "1500"],
        "pump": ["1300", "1300", "1300"],
        "valve": ["70", "90", "90"],
    }
    told = (await market.events("forecast.adjustment"))[-1]["data"]
    assert (told["product_family"], told["team_id"]) == ("Pumps", None)


async def test_each_division_is_moved_by_its_own_adjustments_alone(market: World) -> None:
    await adjusted(market, DIRECTOR, "1", territory_id=str(named("Germany")))
    await adjusted(market, DIRECTOR, "3", owner_id=str(named("ann")))
    await adjusted(market, DIRECTOR, "4")

    assert (await commits(market))[None] == ["1377", "4", "4"]
    assert (await commits(market, dimension="territory"))[None] == ["1377", "8", "8"]
    assert (await commits(market, dimension="product"))[None] == ["1377", "1377", "1377"]
    whole = await market.get(ITEMS, period="2027-Q1", dimension="territory")
    assert (whole["dimension"], whole["node"]["commit"]["adjustments"]) == ("territory", [])
    assert whole["of_nobody"]["commit"]["amount"] == "2.00"


@pytest.mark.parametrize(
    ("by", "node", "status"),
    [
        (BEN, {"territory_id": str(named("Germany"))}, 403),
        (BEN, {"territory_id": str(named("Munich"))}, 201),
        (ANN, {"territory_id": str(named("Munich"))}, 403),
        (GRETA, {"territory_id": str(named("France"))}, 403),
        (GRETA, {"product_id": str(named("pump"))}, 403),
        (GRETA, {"product_family": "Pumps"}, 403),
        (who("none", "greta"), {"territory_id": str(named("Germany"))}, 403),
        (DIRECTOR, {"territory_id": str(named("nowhere"))}, 422),
        (DIRECTOR, {"product_family": "Fish"}, 422),
        (DIRECTOR, {"product_family": "Pumps", "product_id": str(named("pump"))}, 422),
    ],
)
async def test_who_may_adjust_a_territory_or_product(
    market: World, by: Identity, node: dict[str, str], status: int
) -> None:
    answer = await put(market, by, "1", **node)

    assert answer.status_code == status, answer.text
    if status == 422:
        assert {each["pointer"][1:] for each in answer.json()["errors"]} == set(node)


@pytest.mark.parametrize(
    ("by", "params", "status", "code"),
    [
        (BEN, {"territory_id": named("Germany")}, 404, "territory_not_found"),
        (ANN, {"dimension": "territory"}, 404, "territory_not_found"),
        (GRETA, {"product_id": named("pump")}, 404, "product_not_found"),
        (GRETA, {"dimension": "product"}, 404, "product_not_found"),
        (DIRECTOR, {"product_family": "Fish"}, 404, "product_not_found"),
        (DIRECTOR, {"product_family": "Pumps", "dimension": "team"}, 400, "invalid_parameter"),
        (DIRECTOR, {"product_family": "Pumps", "team_id": named("north")}, 400, "invalid_parameter"),
    ],
)
async def test_items_of_others_and_of_two_nodes_at_once_are_refused(
    market: World, by: Identity, params: dict[str, Any], status: int, code: str
) -> None:
    answer = await market.send("GET", ITEMS, by, params=params)

    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_each_sees_and_withdraws_the_adjustments_of_the_own_territories(market: World) -> None:
    of_germany = await adjusted(market, GRETA, "1", territory_id=str(named("Germany")))
    of_munich = await adjusted(market, GRETA, "2", territory_id=str(named("Munich")))
    await adjusted(market, DIRECTOR, "3", product_id=str(named("pump")))

    seen = [
        {each["amount"]["amount"] for each in (await market.get(PATH, by))["items"]}
        for by in (GRETA, BEN, ANN, DIRECTOR, who("none", "ops"))
    ]
    assert seen == [{"1", "2"}, {"2"}, set(), {"1", "2", "3"}, set()]
    assert {each["id"] for each in (await market.get(PATH, territory_id=named("Munich")))["items"]} == {
        of_munich["id"]
    }
    statuses = [
        (await market.send("DELETE", f"{PATH}/{of['id']}", BEN, headers={"If-Match": "*"})).status_code
        for of in (of_germany, of_munich)
    ]
    assert statuses == [404, 204]


async def test_a_manager_who_goes_has_no_say_any_more(market: World) -> None:
    await market.consume(
        territory(
            "Bavaria", "Germany", sequence=3, account_ids=(named("customer in Bavaria"),), **managed_by("ann")
        )
    )

    assert (await put(market, BEN, "1", territory_id=str(named("Bavaria")))).status_code == 403
    assert (await put(market, ANN, "1", territory_id=str(named("Bavaria")))).status_code == 201


DEALS = st.lists(
    st.tuples(
        st.sampled_from([*PLACES, None]),
        st.sampled_from([*PRODUCTS, "unheard of", None]),
        st.sampled_from(["pipeline", "best_case", "commit", "omitted", "won"]),
        st.integers(1, 10**7),
    ),
    max_size=10,
)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DEALS, st.sampled_from(["cumulative", "single"]))
async def test_without_adjustments_every_node_has_the_figures_of_the_forecast_and_opens_to_its_deals(
    market: World, deals: list[tuple[str | None, str | None, str, int]], rollup: str
) -> None:
    await market.project(*(_random(number, *each) for number, each in enumerate(deals)))

    nodes: list[dict[str, Any]] = [
        *({"territory_id": named(each)} for each in PLACES),
        *({"product_id": named(each)} for each in PRODUCTS),
        {"product_family": "Pumps"},
    ]
    for asked in [{"dimension": "territory"}, {"dimension": "product"}, *nodes]:
        named_by = {name: each for name, each in asked.items() if name != "dimension"}
        forecast = await market.forecast(rollup=rollup, **named_by)
        item = (await market.get(ITEMS, period="2027-Q1", rollup=rollup, **asked))["node"]
        opened = await market.get(
            "/v1/forecast/deals", period="2027-Q1", rollup=rollup, figure="best_case", limit=200, **named_by
        )
        for figure in FIGURES:
            shown = item[figure]
            assert shown["forecast_amount"] == forecast[figure] == shown["amount_without_adjustments"]
        shares = sum((Decimal(each["share"]["amount"]) for each in opened["items"]), Decimal(0))
        assert shares == Decimal(item["best_case"]["forecast_amount"]["amount"])


def _random(number: int, place: str | None, sold: str | None, category: str, cents: int) -> Envelope:
    won = {"status": "won", "closed_at": at("2027-02-01")}
    state = won if category == "won" else {"forecast_category": category}
    return deal(f"random {number} {place} {sold} {category} {cents}", cents, place, sold, **state)
