"""From an order at the counter to papers, payments and figures, seen from outside."""

from tests.support.front import Front, Json
from tests.support.waiting import eventually

ANY = {"If-Match": "*"}


def test_a_counter_sale_is_a_won_deal_with_papers_payments_and_figures(front: Front, unique: str) -> None:
    director, rep = front.as_role("director"), front.as_role("rep")
    account = rep.post("/v1/accounts", json={"name": unique}).json()["id"]
    price = {"amount": "19.99", "currency": "EUR"}
    product = director.post("/v1/products", json={"name": unique, "list_price": price}).json()["id"]
    bought: Json = {
        "account_id": account,
        "lines": [{"product_id": product, "quantity": 3, "discount": "0.1"}],
    }
    once = {"Idempotency-Key": unique}

    first = rep.post("/v1/orders", params={"quick": "true"}, json=bought, headers=once)
    again = rep.post("/v1/orders", params={"quick": "true"}, json=bought, headers=once)

    assert first.status_code == 201, first.text
    assert (again.json(), again.headers["Idempotency-Replayed"]) == (first.json(), "true")
    order = first.json()
    assert order["total"] == {"amount": "53.97", "currency": "EUR"}
    deal = f"/v1/deals/{order['deal_id']}"
    assert rep.get(deal).json()["status"] == "won"
    assert rep.get(f"{deal}/sale-kind").json()["sale_kind"] == "first"

    invoice = {"type": "invoice", "number": unique, "link": "https://files.example/1"}
    paper = rep.post(f"{deal}/documents", json=invoice)
    assert paper.status_code == 201, paper.text
    assert rep.get("/v1/documents", params={"number": unique}).json()["items"] == [paper.json()]
    due = [{"due_on": "2020-01-31", "amount": order["total"]}]
    assert rep.put(f"{deal}/payments", json={"payments": due}, headers=ANY).json()["warnings"] == []
    overdue = rep.get("/v1/payments", params={"status": "overdue", "deal_id": order["deal_id"]}).json()[
        "items"
    ]
    assert [each["outstanding"] for each in overdue] == [order["total"]]

    second = rep.post("/v1/orders", params={"quick": "true"}, json=bought).json()
    assert rep.get(f"/v1/deals/{second['deal_id']}/sale-kind").json()["sale_kind"] == "repeat"
    report = rep.get("/v1/analytics/first-vs-repeat", params={"product_id": product}).json()
    assert [report[kind]["won"] for kind in ("first", "repeat")] == [1, 1]
    next_products = rep.get(f"/v1/accounts/{account}/next-products").json()
    assert [each["id"] for each in next_products["bought"]] == [product]

    told = eventually(lambda: taken(front, order["id"]))
    assert told["data"]["total"] == order["total"]


def taken(front: Front, order_id: str) -> Json | None:
    """What the feed of orders tells the rep of this one."""
    page = front.as_role("rep").get("/v1/events", params={"topics": "orders", "limit": 200}).json()
    found: list[Json] = [each for each in page["items"] if each["subject"] == order_id]
    return found[0] if found else None
