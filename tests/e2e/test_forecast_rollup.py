"""A deal moves over its stages, each figure shows it at once, and each figure opens to its deals."""

from decimal import Decimal

import httpx

from tests.support.front import Front, Json
from tests.support.waiting import eventually

ANY = {"If-Match": "*"}
STAGES = [
    {"name": "Talk", "probability": 0.1, "forecast_category": "pipeline"},
    {"name": "Offer", "probability": 0.5, "forecast_category": "best_case"},
    {"name": "Sign", "probability": 0.9, "forecast_category": "commit"},
]
QUARTER = {"period": "2031-Q2"}


def test_a_deal_is_followed_from_stage_to_stage_and_every_figure_opens_to_it(
    front: Front, unique: str
) -> None:
    director, rep = front.as_role("director"), front.as_role("rep")
    pipeline = director.post("/v1/pipelines", json={"name": unique, "stages": STAGES}).json()["id"]
    amount = {"amount": "400.00", "currency": "USD"}
    body = {"name": unique, "pipeline_id": pipeline, "amount": amount, "expected_close": "2031-05-20"}
    asked = {**QUARTER, "pipeline_id": pipeline}

    write = rep.post("/v1/deals", json=body)
    assert write.status_code == 201, write.text
    path = f"/v1/deals/{write.json()['id']}"
    assert figures(seen(rep, write, asked)) == ("0.00", "0.00", "400.00", "40.00")

    write = rep.post(f"{path}/stage", json={"stage": "Offer"}, headers=ANY)
    assert figures(seen(rep, write, asked)) == ("0.00", "400.00", "400.00", "200.00")

    write = rep.post(f"{path}/stage", json={"stage": "Sign"}, headers=ANY)
    by_stage = seen(rep, write, {**asked, "group_by": "stage"})
    assert figures(by_stage) == ("400.00", "400.00", "400.00", "360.00")
    assert [(group["name"], group["commit"]["amount"]) for group in by_stage["groups"]] == [
        ("Sign", "400.00")
    ]

    for figure in ("commit", "open_pipeline", "weighted"):
        deals = rep.get("/v1/forecast/deals", params={**asked, "figure": figure}).json()["items"]
        shares = sum(Decimal(deal["share"]["amount"]) for deal in deals)
        assert ([deal["name"] for deal in deals], shares) == ([unique], Decimal(by_stage[figure]["amount"]))


def seen(rep: httpx.Client, write: httpx.Response, asked: Json) -> Json:
    """The forecast, once it says that it contains the write."""

    def reading() -> Json | None:
        waits = {"X-Wait-For": write.headers["X-Event-Position"]}
        answer = rep.get("/v1/forecast", params=asked, headers=waits)
        return answer.json() if answer.headers["X-Wait-For-Reached"] == "true" else None

    found: Json = eventually(reading)
    return found


def figures(forecast: Json) -> tuple[str, ...]:
    """Commit, best case, open pipeline and weighted."""
    named = ("commit", "best_case", "open_pipeline", "weighted")
    return tuple(forecast[name]["amount"] for name in named)
