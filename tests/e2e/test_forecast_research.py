"""What is said of the market counts until it is taken back; what people said is kept with a snapshot."""

from datetime import UTC, datetime

import pytest

from tests.support.front import Front, Json, problem
from tests.support.waiting import eventually

ANY = {"If-Match": "*"}
TODAY = datetime.now(UTC).date()


def test_growth_of_the_market_moves_the_forecast_from_below_until_it_is_taken_back(front: Front) -> None:
    director, rep = front.as_role("director"), front.as_role("rep")
    year = str(TODAY.year + 1)
    said = {"period": year, "factor": 1.25, "source_note": "Association, autumn report"}
    problem(rep.put("/v1/forecast/market-growth", json=said), 403, "forbidden")

    written = director.put("/v1/forecast/market-growth", json=said)
    assert written.status_code == 201, written.text
    path = written.headers["Location"]
    grown = rep.get("/v1/forecast/bottom-up", params={"period": f"{year}-Q2"}).json()
    assert (grown["growth_factor"], grown["market_growth"]["source_note"]) == (1.25, said["source_note"])

    problem(director.delete(path), 428, "precondition_required")
    assert director.delete(path, headers={"If-Match": written.headers["ETag"]}).status_code == 204
    problem(director.get(path), 404, "market_growth_not_found")
    assert director.get("/v1/forecast/bottom-up", params={"period": year}).json()["growth_factor"] == 1


def test_research_says_what_a_product_will_be_asked_for(front: Front, unique: str) -> None:
    director = front.as_role("director")
    product = director.post("/v1/products", json={"name": unique}).json()["id"]
    year = str(TODAY.year + 1)
    said = {"product_id": product, "period": year, "need": 365, "source": "Institute"}
    researched = {"researched_on": TODAY.isoformat()}

    written = eventually(lambda: known_product(front, said | researched))
    (shown,) = [each for each in demanded(front, f"{year}-Q1") if each["product_id"] == product]

    assert (shown["state"], shown["research_weight"]) == ("ok", 1)
    assert shown["need"] == shown["research"]["expected"] == pytest.approx(90, abs=1)
    assert director.delete(written, headers=ANY).status_code == 204
    assert product not in [each["product_id"] for each in demanded(front, f"{year}-Q1") if each["need"]]


def known_product(front: Front, report: Json) -> str | None:
    """Where the report is, once the forecast has heard of its product."""
    answer = front.as_role("director").put("/v1/market-reports", json=report)
    if answer.status_code == 422:
        problem(answer, 422, "reference_unknown")
        return None
    assert answer.status_code == 201, answer.text
    return answer.headers["Location"]


def demanded(front: Front, period: str) -> list[Json]:
    answer = front.as_role("director").get("/v1/forecast/demand", params={"period": period})
    assert answer.status_code == 200, answer.text
    products: list[Json] = answer.json()["products"]
    return products


def test_regular_customers_are_known_by_their_rhythm(front: Front) -> None:
    shown = front.as_role("director").get("/v1/forecast/repeat", params={"period": "quarter"}).json()

    assert shown["state"] == "ok"
    assert float(shown["p10"]["amount"]) <= float(shown["p50"]["amount"]) <= float(shown["p90"]["amount"])
    assert len(shown["customers"]) == shown["regular_customers"]
    assert all(each["words"].startswith("bought every ") for each in shown["customers"])
    problem(front.as_partner().get("/v1/forecast/repeat"), 403, "forbidden")


def test_a_snapshot_keeps_what_people_had_said(front: Front, unique: str) -> None:
    director, rep = front.as_role("director"), front.as_role("rep")
    period = {"period": f"{2100 + int(unique.rsplit('-', 1)[1]) // 1000 % 90}-Q3"}
    stated = {"amount": "1500.00", "currency": "USD"}
    said = rep.put("/v1/forecast/adjustments", json={**period, "figure": "commit", "amount": stated})
    assert said.status_code == 201, said.text

    snapshot = director.post("/v1/forecast/snapshots", json={"name": unique})
    assert snapshot.status_code == 201, snapshot.text
    assert rep.delete(said.headers["Location"], headers=ANY).status_code == 204

    for caller in (rep, front.as_role("manager"), director):
        kept = caller.get(f"{snapshot.headers['Location']}/judgement", params=period).json()["adjustments"]
        assert [(each["id"], each["amount"], each["side"]) for each in kept] == [
            (said.json()["id"], stated, "owner")
        ]
    problem(front.as_role("ops").get(snapshot.headers["Location"]), 403, "forbidden")


def test_how_long_snapshots_are_kept_is_set_by_who_configures(front: Front) -> None:
    path = "/v1/forecast/snapshot-rules"
    director = front.as_role("director")
    before = director.get(path)
    days = before.json()["daily_days"]
    problem(director.put(path, json={"daily_days": 500}), 428, "precondition_required")
    problem(front.as_role("manager").put(path, json={"daily_days": 500}, headers=ANY), 403, "forbidden")

    changed = director.put(path, json={"daily_days": 500}, headers={"If-Match": before.headers["ETag"]})
    assert (changed.status_code, changed.json()["daily_days"]) == (200, 500)
    late = director.put(path, json={"daily_days": 600}, headers={"If-Match": before.headers["ETag"]})

    problem(late, 412, "version_conflict")
    assert director.put(path, json={"daily_days": days}, headers=ANY).status_code == 200
