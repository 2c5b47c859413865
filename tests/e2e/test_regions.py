"""What was won in a territory stands beside what was planned there, from the lead's place to the figure."""

from datetime import UTC, datetime

import httpx

from tests.support.front import Front, Json
from tests.support.waiting import eventually

ANY = {"If-Match": "*"}


def test_a_won_deal_counts_for_the_territory_of_its_account(front: Front, unique: str) -> None:
    director = front.as_role("director")
    account = director.post("/v1/accounts", json={"name": f"Werk {unique}", "country": "AT"}).json()
    territory = activated(director, unique, account)
    year = str(datetime.now(UTC).year)
    base = director.get("/v1/analytics/regions").json()["currency"]
    target = {"period": year, "amount": {"amount": "1000.00", "currency": base}, "territory_id": territory}
    eventually(lambda: director.put("/v1/targets", json=target).status_code in (200, 201))

    deal = eventually(lambda: opened(director, unique, account, base))
    won = director.post(f"/v1/deals/{deal['id']}/win", json={}, headers=ANY)
    assert won.status_code == 200, won.text

    region = eventually(lambda: with_deals(director, territory, year))
    assert (region["name"], region["revenue"]["amount"]) == (f"Territory {unique}", "250.00")
    assert (region["plan"]["amount"], region["attainment"]) == ("1000.00", 0.25)


def activated(director: httpx.Client, unique: str, account: Json, **fields: str) -> str:
    """A territory that names the account, in a version that decides."""
    number = director.post("/v1/territory-versions", json={}).json()["number"]
    body = {
        "name": f"Territory {unique}",
        "territory_version": number,
        "criteria": {"account_ids": [account["id"]]},
        **fields,
    }
    made = director.post("/v1/territories", json=body)
    assert made.status_code == 201, made.text
    active = director.post(f"/v1/territory-versions/{number}/activate", json={}, headers=ANY)
    assert active.status_code == 200, active.text
    return str(made.json()["id"])


def opened(director: httpx.Client, unique: str, account: Json, base: str) -> Json | None:
    """A deal without gates, once the pipeline knows the account."""
    amount = {"amount": "250.00", "currency": base}
    answer = director.post("/v1/deals", json={"name": unique, "account_id": account["id"], "amount": amount})
    return answer.json() if answer.status_code == 201 else None


def with_deals(director: httpx.Client, territory: str, year: str) -> Json | None:
    """The territory's figures, once a deal is among them."""
    found = director.get("/v1/analytics/regions", params={"period": year}).json()["regions"]
    return next((each for each in found if each["territory_id"] == territory and each["deals"]), None)
