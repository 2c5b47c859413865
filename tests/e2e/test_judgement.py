"""A rep adjusts and submits, the manager adjusts and accepts, the director sees four views: from outside."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.support.front import PATIENT, Front, Json, problem
from tests.support.waiting import eventually

ADJUSTMENTS, SUBMISSIONS = "/v1/forecast/adjustments", "/v1/forecast/submissions"
RULES = "/v1/forecast/submission-rules"
ANY = {"If-Match": "*"}


@pytest.fixture
def period(unique: str) -> str:
    """A quarter far ahead, which no other deals are expected in."""
    return f"{2100 + int(unique.rsplit('-', 1)[1]) // 1000 % 90}-Q1"


def test_a_forecast_is_adjusted_submitted_and_accepted_up_the_tree(
    front: Front, unique: str, period: str
) -> None:
    director, manager, rep = (front.as_role(role) for role in ("director", "manager", "rep"))
    me = rep.get("/v1/me").json()["id"]
    first = director.get("/v1/forecast", params={"period": period}).json()["period"]["from"]
    deal = rep.post("/v1/deals", json=a_deal(unique, first))
    assert deal.status_code == 201, deal.text
    reckoned = {"amount": "1000.00", "currency": "USD"}
    eventually(lambda: commit(rep, period)["amount_without_adjustments"] == reckoned)

    adjusted = rep.put(ADJUSTMENTS, json=an_adjustment(period, "1500.00"))
    assert adjusted.status_code == 201, adjusted.text
    stated = {"amount": "1600.00", "currency": "USD"}
    submitted = rep.post(SUBMISSIONS, json={"period": period, "stated": stated, "note": "Sure"})
    assert submitted.status_code == 201, submitted.text
    problem(rep.put(ADJUSTMENTS, json=an_adjustment(period, "1")), 428, "precondition_required")
    path = f"{SUBMISSIONS}/{submitted.json()['id']}"
    problem(rep.post(f"{path}/accept", headers=ANY), 403, "forbidden")

    from_above = manager.put(ADJUSTMENTS, json={**an_adjustment(period, "1200.00"), "owner_id": me})
    assert (from_above.status_code, from_above.json()["side"]) == (201, "manager")
    accepted = manager.post(f"{path}/accept", headers=ANY)
    assert (accepted.status_code, accepted.json()["status"]) == (200, "accepted"), accepted.text

    seen = commit(director, period, owner_id=me)
    names = ("amount_without_adjustments", "amount_without_manager_adjustment", "forecast_amount")
    assert [seen[name]["amount"] for name in names] == ["1000.00", "1500.00", "1200.00"]
    assert seen["owner_only_amount"]["amount"] == "1000.00"
    whole = commit(director, period)
    assert whole["indirect_adjustment"]["amount"] == "200.00"
    kinds = eventually(lambda: told(rep, submitted.json()["id"], 2))
    assert kinds == ["forecast.submission.submitted", "forecast.submission.accepted"]
    assert rep.get(path).json()["comparison"]["state"] == "open"
    problem(front.as_role("ops").get(SUBMISSIONS), 403, "forbidden")


def test_a_deadline_that_passes_is_told_on_the_stream(front: Front) -> None:
    director, rep = front.as_role("director"), front.as_role("rep")
    me = rep.get("/v1/me").json()["id"]
    zone = ZoneInfo(rep.get("/v1/organisation").json()["time_zone"])
    due = datetime.now(UTC).astimezone(zone) + timedelta(seconds=15)
    rule = {
        "kind": "week",
        "weekday": due.isoweekday(),
        "at": due.strftime("%H:%M:%S"),
        "reminder_hours": 1,
        "grace_hours": 0,
    }
    before = newest(rep)

    ruled = director.put(RULES, json={"rules": [rule]}, headers=ANY)
    assert ruled.status_code == 200, ruled.text
    mine = {"owner_id": me, "status": "draft"}
    draft = eventually(lambda: rep.get(SUBMISSIONS, params=mine).json()["items"])
    kinds = live(rep, before, draft[0]["id"], "forecast.submission.locked")
    director.put(RULES, json={"rules": []}, headers=ANY)

    assert [kind.rsplit(".", 1)[1] for kind in kinds] == ["reminded", "overdue", "locked"]
    problem(
        rep.post(f"{SUBMISSIONS}/{draft[0]['id']}/submit", json={}, headers=ANY), 409, "submission_locked"
    )


def a_deal(unique: str, day: str) -> Json:
    amount = {"amount": "1000.00", "currency": "USD"}
    return {"name": unique, "amount": amount, "expected_close": day, "forecast_category": "commit"}


def an_adjustment(period: str, amount: str) -> Json:
    return {"period": period, "figure": "commit", "amount": {"amount": amount, "currency": "USD"}}


def commit(client: httpx.Client, period: str, **params: str) -> Json:
    """The views of the caller's commit."""
    body = client.get("/v1/forecast/items", params={"period": period, **params}).json()
    return dict(body["node"]["commit"])


def told(client: httpx.Client, submission_id: str, count: int) -> list[str] | None:
    """The facts about it in the feed, once there are so many."""
    kinds: list[str] = []
    after: int | None = None
    while True:
        params: Json = {"topics": "submissions", "limit": 200, **({} if after is None else {"after": after})}
        page = client.get("/v1/events", params=params).json()
        kinds += [each["type"] for each in page["items"] if each["subject"] == submission_id]
        if not page["more"]:
            return kinds if len(kinds) >= count else None
        after = page["next"]


def newest(client: httpx.Client) -> int:
    """The position up to which everything is old."""
    after: int | None = None
    while True:
        params: Json = {"topics": "submissions", "limit": 200, **({} if after is None else {"after": after})}
        page = client.get("/v1/events", params=params).json()
        after = page["next"]
        if not page["more"]:
            return int(after or 0)


def live(client: httpx.Client, after: int, submission_id: str, last: str) -> list[str]:
    """What the stream tells of it, up to the last."""
    kinds: list[str] = []
    headers = {"Last-Event-ID": str(after)}
    params = {"topics": "submissions"}
    with client.stream("GET", "/v1/stream", params=params, headers=headers, timeout=PATIENT) as answer:
        for line in answer.iter_lines():
            event: Json = json.loads(line.removeprefix("data:")) if line.startswith("data:") else {}
            if event.get("subject") == submission_id:
                kinds.append(event["type"])
                if kinds[-1] == last:
                    return kinds
    raise AssertionError(f"The stream ended after {kinds}.")
