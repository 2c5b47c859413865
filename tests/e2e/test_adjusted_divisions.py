"""A territory and a product family are adjusted by who answers for them: from outside."""

import httpx
import pytest

from tests.e2e.test_judgement import an_adjustment
from tests.e2e.test_regions import activated
from tests.support.front import Front, Json, problem
from tests.support.waiting import eventually

ITEMS, ADJUSTMENTS = "/v1/forecast/items", "/v1/forecast/adjustments"


@pytest.fixture
def period(unique: str) -> str:
    """A quarter far ahead, which no other deals are expected in."""
    return f"{2100 + int(unique.rsplit('-', 1)[1]) // 1000 % 90}-Q1"


def test_a_territory_s_manager_and_the_director_adjust_and_the_node_opens_to_its_deal(
    front: Front, unique: str, period: str
) -> None:
    director, manager, rep = (front.as_role(role) for role in ("director", "manager", "rep"))
    first = director.get("/v1/forecast", params={"period": period}).json()["period"]["from"]
    family = f"Family {unique}"
    product = director.post("/v1/products", json={"name": unique, "family": family}).json()["id"]
    account = director.post("/v1/accounts", json={"name": f"Werk {unique}", "country": "AT"}).json()
    me = manager.get("/v1/me").json()["id"]
    territory = activated(director, unique, account, manager_id=me)
    body = {
        "name": unique,
        "account_id": account["id"],
        "product_id": product,
        "amount": {"amount": "1000.00", "currency": "USD"},
        "expected_close": first,
        "forecast_category": "commit",
    }
    deal = eventually(lambda: made(director, body))
    place = {"territory_id": territory}
    eventually(lambda: commit(manager, period, **place) == ["1000.00"] * 3)

    mine = manager.put(ADJUSTMENTS, json={**an_adjustment(period, "1500.00"), **place})
    above = director.put(ADJUSTMENTS, json={**an_adjustment(period, "1200.00"), **place})
    sold = director.put(ADJUSTMENTS, json={**an_adjustment(period, "900.00"), "product_family": family})

    assert [(each.status_code, each.json()["side"]) for each in (mine, above, sold)] == [
        (201, "owner"),
        (201, "manager"),
        (201, "owner"),
    ]
    assert commit(manager, period, **place) == ["1000.00", "1500.00", "1200.00"]
    assert commit(director, period, product_family=family) == ["1000.00", "900.00", "900.00"]
    asked = {"period": period, "figure": "commit", **place}
    opened = director.get("/v1/forecast/deals", params=asked).json()["items"]
    assert [(each["deal_id"], each["share"]["amount"]) for each in opened] == [(deal["id"], "1000.00")]
    problem(rep.get(ITEMS, params={"period": period, **place}), 404, "territory_not_found")
    problem(rep.put(ADJUSTMENTS, json={**an_adjustment(period, "1"), **place}), 403, "forbidden")


def made(client: httpx.Client, body: Json) -> Json | None:
    """The deal, once the pipeline knows its account."""
    answer = client.post("/v1/deals", json=body)
    return answer.json() if answer.status_code == 201 else None


def commit(client: httpx.Client, period: str, **node: str) -> list[str] | None:
    """Without adjustments, as its owner sees it, forecast; None before the node is known."""
    answer = client.get(ITEMS, params={"period": period, **node})
    views = ("amount_without_adjustments", "amount_without_manager_adjustment", "forecast_amount")
    if answer.status_code != 200:
        return None
    return [answer.json()["node"]["commit"][view]["amount"] for view in views]
