"""History is loaded, and what will come is foretold from it, seen from outside."""

from datetime import UTC, datetime, timedelta

import httpx

from tests.support.front import PATIENT, Front, Json, problem
from tests.support.waiting import eventually


def test_a_loaded_history_tells_what_the_quarter_will_bring_and_why(front: Front, unique: str) -> None:
    director, rep = front.as_role("director"), front.as_role("rep")
    load(director, unique)
    still_open = director.get("/v1/deals", params={"external_id": f"{unique}-0"}).json()["items"][0]["id"]

    asked = director.post("/v1/forecast/predictions")
    assert asked.status_code == 202, asked.text
    eventually(lambda: reckoned(director, still_open))
    problem(rep.post("/v1/forecast/predictions"), 403, "forbidden")

    forecast = director.get("/v1/forecast", params={"period": "quarter"}).json()
    bounds = [float(forecast[name]["amount"]) for name in ("p10", "p50", "p90")]
    assert forecast["state"] == "ok"
    assert bounds == sorted(bounds)
    assert bounds[0] >= float(forecast["closed"]["amount"])
    told = director.get("/v1/forecast/prediction", params={"period": "quarter", "group_by": "product"}).json()
    parts = [float(told[name]["amount"]) for name in ("closed", "open_deals", "new_business")]
    assert abs(sum(parts) - float(told["mean"]["amount"])) < 0.05

    chance = director.get(f"/v1/deals/{still_open}/win-probability").json()
    assert 0 < chance["probability"] < 1
    assert chance["reasons"][0]["text"]
    listed = director.get("/v1/forecast/prediction/deals", params={"deal_id": still_open}).json()["items"]
    assert listed[0]["probability"] == chance["probability"]

    how_right_it_was(director, rep)


def how_right_it_was(director: httpx.Client, rep: httpx.Client) -> None:
    """Each error follows from what was foretold and what came; the prediction's is shown to who sees all."""
    asked: dict[str, str | int] = {"kind": "month", "periods": 6}
    accuracy = director.get("/v1/forecast/accuracy", params=asked, timeout=PATIENT).json()
    (last,) = (
        each for each in accuracy["methods"] if (each["method"], each["horizon"]) == ("last_period", "start")
    )
    assert last["state"] == "ok"
    off, came = 0.0, 0.0
    for point in last["points"]:
        actual, forecast = (float(point[name]["amount"]) for name in ("actual", "forecast"))
        off, came = off + abs(actual - forecast), came + actual
        assert abs(float(point["error"]) - (actual - forecast) / actual) < 0.001
        assert abs(float(point["accuracy"]) - max(0, 1 - abs(actual - forecast) / actual)) < 0.001
    assert abs(float(last["wape"]) - off / came) < 0.001

    months = accuracy["predictions"]["spans"][0]
    assert (months["months"], months["methods"][0]["method"]) == (1, "predicted")
    assert 0 <= float(months["methods"][0]["coverage"]) <= 1
    assert 0 < float(months["chances"]["brier"]) < 1
    assert {"wape", "bias", "coverage", "brier"} <= accuracy["definitions"].keys()

    assert rep.get("/v1/forecast/accuracy", params=asked, timeout=PATIENT).json()["predictions"] is None
    refused = director.get("/v1/forecast/accuracy", params={"kind": "week"})
    assert refused.status_code == 400


def reckoned(director: httpx.Client, deal_id: str) -> bool:
    """Whether a run has seen the deal; another is asked for while it has not."""
    chance: Json = director.get(f"/v1/deals/{deal_id}/win-probability").json()
    if chance.get("state") != "ok":
        director.post("/v1/forecast/predictions")
    return chance.get("state") == "ok"


def load(director: httpx.Client, unique: str) -> None:
    """Two hundred deals of the past year, half of them won after a month; every tenth is open."""
    now = datetime.now(UTC)
    deals = [a_deal(f"{unique}-{number}", number, now) for number in range(200)]
    taken = director.post("/v1/deals/batch", json={"items": deals}, timeout=PATIENT)
    assert {each["status"] for each in taken.json()["items"]} == {"created"}, taken.text


def a_deal(name: str, number: int, now: datetime) -> Json:
    """Open ones were made ten days ago."""
    is_open = number % 10 == 0
    begun = now - (timedelta(days=10) if is_open else timedelta(days=40 + number * 1.5))
    deal: Json = {
        "name": name,
        "source_system": "past",
        "external_id": name,
        "created_at": begun.isoformat(),
        "amount": {"amount": "1000.00", "currency": "USD"},
    }
    if is_open:
        return deal
    outcome = "won" if number % 2 else "lost"
    return {**deal, "outcome": outcome, "closed_at": (begun + timedelta(days=30)).isoformat()}
