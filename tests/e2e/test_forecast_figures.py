"""The year, the sources, a target's basis and a scenario follow what is sold, through the gateway."""

from datetime import UTC, datetime
from decimal import Decimal

import httpx

from tests.e2e.test_one_fact import a_pushed_lead, convert, hand_to_rep
from tests.support.front import Front, Json, problem
from tests.support.waiting import eventually

ANY = {"If-Match": "*"}


def test_a_won_deal_is_in_the_year_of_top_management(front: Front, unique: str) -> None:
    rep, director = front.as_role("rep"), front.as_role("director")
    before = this_month(director)
    deal = opened(rep, unique, currency_of(director))

    won = rep.post(f"/v1/deals/{deal['id']}/win", json={}, headers=ANY)
    assert won.status_code == 200, won.text

    after = eventually(lambda: with_one_more(director, before["closed_deals"]))
    grown = Decimal(after["closed"]["amount"]) - Decimal(before["closed"]["amount"])
    assert grown >= Decimal("300.00")
    problem(front.as_partner().get("/v1/forecast/executive"), 403, "forbidden")


def test_a_lead_counts_for_its_source(front: Front, unique: str) -> None:
    partner, rep = front.as_partner(), front.as_role("rep")
    known = source(rep, "partner")

    lead = hand_to_rep(front, a_pushed_lead(partner, unique))
    eventually(lambda: received(rep) == known["received"] + 1 or None)
    convert(rep, lead, unique, datetime.now(UTC).date().isoformat())

    found = eventually(lambda: closed_again(rep, known["open_leads"]))
    assert found["received"] == known["received"] + 1


def test_a_scenario_hits_an_open_deal_and_a_target_keeps_its_basis(front: Front, unique: str) -> None:
    rep, director = front.as_role("rep"), front.as_role("director")
    base = currency_of(director)
    deal = opened(rep, unique, base)
    owner = rep.get("/v1/me").json()["id"]
    body = {"name": unique, "assumptions": [{"kind": "rep_leaves", "owner_id": owner}]}
    problem(rep.post("/v1/forecast/scenarios", json=body), 403, "forbidden")

    made = director.post("/v1/forecast/scenarios", json=body)
    assert made.status_code == 201, made.text
    results = eventually(lambda: hitting(director, made.headers["Location"], deal["id"]))
    assert Decimal(results["difference"]["amount"]) < 0

    target = {"period": today(), "amount": {"amount": "10.00", "currency": base}, "owner_id": owner}
    put = director.put("/v1/targets", json=target | {"basis": {"method": "best_case"}})
    assert put.status_code in (200, 201), put.text
    basis = rep.get(f"/v1/targets/{put.json()['id']}/basis").json()
    assert basis["basis"]["figure"] == basis["then"]["figure"]


def currency_of(director: httpx.Client) -> str:
    return str(director.get("/v1/forecast").json()["currency"])


def today() -> str:
    return str(datetime.now(UTC).year)


def opened(rep: httpx.Client, name: str, currency: str) -> Json:
    body = {
        "name": name,
        "amount": {"amount": "300.00", "currency": currency},
        "expected_close": datetime.now(UTC).date().isoformat(),
    }
    answer = rep.post("/v1/deals", json=body)
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    return made


def this_month(director: httpx.Client) -> Json:
    answer = director.get("/v1/forecast/executive")
    assert answer.status_code == 200, answer.text
    through = answer.json()["year_to_date"]["through"]
    return next(
        each for each in answer.json()["months"] if each["period"]["from"] <= through <= each["period"]["to"]
    )


def with_one_more(director: httpx.Client, deals: int) -> Json | None:
    month = this_month(director)
    return month if month["closed_deals"] > deals else None


def source(rep: httpx.Client, name: str) -> Json:
    answer = rep.get("/v1/forecast/sources")
    assert answer.status_code == 200, answer.text
    nothing: Json = {"received": 0, "open_leads": 0}
    return next((each for each in answer.json()["sources"] if each["source"] == name), nothing)


def received(rep: httpx.Client) -> int:
    return int(source(rep, "partner")["received"])


def closed_again(rep: httpx.Client, open_leads: int) -> Json | None:
    """The source, once the lead that was converted is no open one any more."""
    found = source(rep, "partner")
    return found if found["open_leads"] == open_leads else None


def hitting(director: httpx.Client, path: str, deal_id: str) -> Json | None:
    results: Json = director.get(f"{path}/results", params={"period": "year"}).json()
    return results if deal_id in [each["deal_id"] for each in results["deals"]] else None
