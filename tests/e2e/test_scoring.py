"""Leads with their outcomes go in through the front; scores with reasons come out."""

import random
from datetime import UTC, datetime, timedelta

import httpx

from tests.support.front import Front, Json
from tests.support.waiting import eventually


def test_a_lead_is_scored_by_what_became_of_earlier_ones(front: Front, unique: str) -> None:
    director = front.as_role("director")
    load_history(director, unique)
    asked = director.post("/v1/scoring/train", json={})
    assert asked.status_code in (200, 202), asked.text

    eventually(lambda: done(director, asked.headers["Location"]), within=120)

    model = director.get("/v1/scoring/model").json()
    assert model["state"] == "ok"
    good = created(director, f"{unique} good", "referral")
    bad = created(director, f"{unique} bad", "bought list")
    assert good["score"] > bad["score"] + 0.2
    explained = director.get(f"/v1/leads/{good['id']}/score").json()
    assert "source" in [reason["input"] for reason in explained["probability"]["reasons_for"]]
    ranked = director.get("/v1/leads/scores", params={"product_id": unique}).json()["items"]
    assert [item["id"] for item in ranked] == [good["id"], bad["id"]]


def load_history(director: httpx.Client, unique: str) -> None:
    chance = random.Random(1)
    born = datetime.now(UTC) - timedelta(days=40)
    leads, outcomes = [], []
    for number in range(300):
        source = chance.choice(("referral", "bought list"))
        at = born + timedelta(hours=number)
        key = {"source_system": unique, "external_id": str(number)}
        leads.append({**key, "name": f"{unique} {number}", "source": source, "created_at": at.isoformat()})
        won = chance.random() < (0.8 if source == "referral" else 0.2)
        outcomes.append({**key, "converted": won, "at": (at + timedelta(hours=1)).isoformat()})
    for path, items in (("/v1/leads/batch", leads), ("/v1/leads/outcomes/batch", outcomes)):
        answer = director.post(path, json={"items": items})
        assert answer.status_code == 200, answer.text
        assert {item["status"] for item in answer.json()["items"]} <= {"created", "updated"}, answer.text


def done(director: httpx.Client, location: str) -> bool:
    training: Json = director.get(location).json()
    assert training["status"] != "failed", training
    return bool(training["status"] == "done")


def created(director: httpx.Client, name: str, source: str) -> Json:
    product = name.rsplit(" ", 1)[0]
    answer = director.post("/v1/leads", json={"name": name, "source": source, "product_interest": product})
    assert answer.status_code == 201, answer.text
    lead: Json = answer.json()
    return lead
