"""A snapshot is taken, deals go on, and the waterfall says what became of them, seen from outside."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx

from tests.support.front import Front, Json
from tests.support.waiting import eventually

TODAY = datetime.now(UTC).date()
SOON, FAR = TODAY + timedelta(days=1), TODAY + timedelta(days=400)
PERIOD = {"from": (TODAY - timedelta(days=1)).isoformat(), "to": (TODAY + timedelta(days=7)).isoformat()}
PARTS = {
    "new": ("50.00", ["comes"]),
    "pulled_in": ("500.00", ["nearer"]),
    "increased": ("50.00", ["grows"]),
    "won": ("-300.00", ["wins"]),
    "lost": ("-400.00", ["loses"]),
    "pushed_out": ("-200.00", ["waits"]),
}


def test_what_became_of_a_snapshot_is_told_in_parts_with_their_deals(front: Front, unique: str) -> None:
    rep, director = front.as_role("rep"), front.as_role("director")
    sales = Sales(rep, director, unique)
    opened = {
        "grows": sales.open("grows", "100.00", SOON),
        "waits": sales.open("waits", "200.00", SOON),
        "wins": sales.open("wins", "300.00", SOON),
        "loses": sales.open("loses", "400.00", SOON),
        "nearer": sales.open("nearer", "500.00", FAR),
    }
    eventually(lambda: sales.pipeline_of(SOON, 4) and sales.pipeline_of(FAR, 1))
    body = {"name": unique, "note": "before the week"}
    snapshot = director.post("/v1/forecast/snapshots", json=body)
    assert snapshot.status_code == 201, snapshot.text
    assert rep.post("/v1/forecast/snapshots", json=body).status_code == 403

    sales.edit(opened["grows"], amount={"amount": "150.00", "currency": sales.currency})
    sales.edit(opened["waits"], expected_close=FAR.isoformat())
    sales.edit(opened["nearer"], expected_close=SOON.isoformat())
    sales.act(opened["wins"], "win")
    sales.act(opened["loses"], "lose", reason="Price")
    sales.open("comes", "50.00", SOON)

    since = {"since": snapshot.json()["id"], "product_id": sales.product, **PERIOD}
    found = eventually(lambda: sales.told(since))
    assert found["open_since"] == {"amount": sales.money("1000.00"), "deals": 4}
    assert found["open_until"] == {"amount": sales.money("700.00"), "deals": 3}
    assert found["closed"]["won"] == {"amount": sales.money("300.00"), "deals": 1}
    shown = {each["part"]: each["amount"]["amount"] for each in found["steps"] if each["deals"]}
    assert shown == {part: amount for part, (amount, _) in PARTS.items()}
    for part, (_, names) in PARTS.items():
        deals = rep.get("/v1/forecast/waterfall/deals", params={"part": part, **since})
        assert [each["name"].rsplit(" ", 1)[1] for each in deals.json()["items"]] == names
    pushes = rep.get("/v1/forecast/changes", params={"what": "close_date", "direction": "pushed"})
    assert opened["waits"] in [each["deal_id"] for each in pushes.json()["items"]]


class Sales:
    """Deals of one product, which nobody else sells."""

    def __init__(self, rep: httpx.Client, director: httpx.Client, unique: str) -> None:
        self._rep, self._unique = rep, unique
        self.currency = director.get("/v1/forecast").json()["currency"]
        stages = [{"name": "Talk", "probability": 0.5}, {"name": "Sign", "probability": 0.9}]
        self.product = made(director.post("/v1/products", json={"name": unique}))["id"]
        self._pipeline = made(director.post("/v1/pipelines", json={"name": unique, "stages": stages}))["id"]

    def money(self, amount: str) -> Json:
        return {"amount": amount, "currency": self.currency}

    def open(self, name: str, amount: str, expected_close: date) -> str:
        body = {
            "name": f"{self._unique} {name}",
            "pipeline_id": self._pipeline,
            "product_id": self.product,
            "amount": self.money(amount),
            "expected_close": expected_close.isoformat(),
        }
        return str(made(self._rep.post("/v1/deals", json=body))["id"])

    def edit(self, deal_id: str, **changes: Any) -> None:
        seen = self._rep.get(f"/v1/deals/{deal_id}").headers["ETag"]
        answer = self._rep.patch(f"/v1/deals/{deal_id}", json=changes, headers={"If-Match": seen})
        assert answer.status_code == 200, answer.text

    def act(self, deal_id: str, action: str, **body: str) -> None:
        answer = self._rep.post(f"/v1/deals/{deal_id}/{action}", json=body, headers={"If-Match": "*"})
        assert answer.status_code == 200, answer.text

    def pipeline_of(self, day: date, deals: int) -> bool:
        """Whether so many deals are expected on this day."""
        asked = {"from": day.isoformat(), "to": day.isoformat(), "product_id": self.product}
        found = self._rep.get("/v1/forecast", params=asked).json()
        return bool(found["deals"]["open_pipeline"] == deals)

    def told(self, asked: dict[str, str]) -> Json | None:
        """The waterfall, once all that was done is in it."""
        answer = self._rep.get("/v1/forecast/waterfall", params=asked)
        assert answer.status_code == 200, answer.text
        found: Json = answer.json()
        done = {each["part"] for each in found["steps"] if each["deals"]}
        return found if done == set(PARTS) else None


def made(answer: httpx.Response) -> Json:
    assert answer.status_code == 201, answer.text
    body: Json = answer.json()
    return body
