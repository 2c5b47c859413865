"""A leak is planted, found, opened as an issue and told of, seen from outside."""

import json
from datetime import UTC, datetime, timedelta

import httpx

from tests.support.front import PATIENT, Front, Json, problem
from tests.support.waiting import eventually

LEAKS = "/v1/analytics/leaks"


def test_a_planted_leak_is_found_opened_as_an_issue_and_told_of(front: Front, unique: str) -> None:
    director, rep = front.as_role("director"), front.as_role("rep")
    stages = [{"name": "Talk"}, {"name": "Offer"}, {"name": "Sign"}]
    pipeline = director.post("/v1/pipelines", json={"name": unique, "stages": stages}).json()
    plant(director, pipeline["id"], unique)

    report = director.get(LEAKS, params={"pipeline_id": pipeline["id"]}).json()
    [leak] = report["findings"]
    behind = director.get(leak["deals"], params=None).json()
    assert (leak["stage"], leak["measure"], leak["value"]) == ("Talk", "lost", f"{unique} fair")
    assert leak["now"] == {"deals": 30, "of": 60, "share": 0.5}
    assert {each["status"] for each in behind["items"]} == {"lost"}

    body = {name: leak[name] for name in ("stage_id", "measure", "by", "value", "against")}
    owner = rep.get("/v1/me").json()["id"]
    opened = director.post("/v1/issues", json={**body, "owner_id": owner, "fix": "Ask for the budget"})
    assert opened.status_code == 201, opened.text
    assert director.post("/v1/issues", json=body).json()["id"] == opened.json()["id"]
    issue = opened.json()
    event = eventually(lambda: told(rep, issue["id"]))
    assert (event["type"], event["data"]["owner_id"]) == ("pipeline.issue.opened", owner)
    streamed = live(rep, event["position"] - 1, issue["id"])
    assert streamed["type"] == "pipeline.issue.opened"

    path = f"/v1/issues/{issue['id']}"
    watched = rep.patch(path, json={"status": "watching"}, headers={"If-Match": '"1"'})
    assert watched.json()["status"] == "watching", watched.text
    board = director.get("/v1/issues", params={"status": "watching", "stage_id": leak["stage_id"]}).json()
    assert [each["id"] for each in board["items"]] == [issue["id"]]
    problem(rep.patch(path, json={"fix": "x"}), 428, "precondition_required")


def plant(director: httpx.Client, pipeline_id: str, unique: str) -> None:
    """Of sixty deals from the fair half are lost since, of those before a tenth, as of all others."""
    now = datetime.now(UTC)
    deals = [
        a_deal(pipeline_id, f"{unique} {source}", index, at=now - timedelta(days=ago + index % 60), lost=lost)
        for source, ago, count, every in (
            ("fair", 2, 60, 2),
            ("fair", 100, 240, 10),
            ("web", 2, 60, 10),
            ("web", 100, 240, 10),
        )
        for index, lost in ((index + ago * 1000, index % every == 0) for index in range(count))
    ]
    taken = director.post("/v1/deals/batch", json={"items": deals}, timeout=PATIENT)
    assert {each["status"] for each in taken.json()["items"]} == {"created"}, taken.text


def a_deal(pipeline_id: str, source: str, index: int, *, at: datetime, lost: bool) -> Json:
    """A deal that was a week in the first stage, then lost or gone on."""
    begun = at - timedelta(days=7)
    deal: Json = {
        "name": f"{source} {index}",
        "pipeline_id": pipeline_id,
        "source": source,
        "source_system": source,
        "external_id": str(index),
        "created_at": begun.isoformat(),
        "amount": {"amount": "1000.00", "currency": "EUR"},
    }
    if lost:
        return {**deal, "stage": "Talk", "outcome": "lost", "closed_at": at.isoformat()}
    entered = [("Talk", begun), ("Offer", at)]
    return {
        **deal,
        "stage_history": [{"stage": name, "entered_at": when.isoformat()} for name, when in entered],
    }


def told(client: httpx.Client, issue_id: str, *, topic: str = "issues") -> Json | None:
    """The first fact about the issue, or another record, in the feed."""
    after: int | None = None
    while True:
        params: Json = {"topics": topic, "limit": 200, **({} if after is None else {"after": after})}
        page = client.get("/v1/events", params=params).json()
        for each in page["items"]:
            if each["subject"] == issue_id:
                return dict(each)
        if not page["more"]:
            return None
        after = page["next"]


def live(client: httpx.Client, after: int, issue_id: str) -> Json:
    """The same from the stream."""
    headers = {"Last-Event-ID": str(after)}
    with client.stream(
        "GET", "/v1/stream", params={"topics": "issues"}, headers=headers, timeout=PATIENT
    ) as answer:
        for line in answer.iter_lines():
            if line.startswith("data:"):
                event: Json = json.loads(line.removeprefix("data:"))
                if event.get("subject") == issue_id:
                    return event
    raise AssertionError("The stream ended without it.")
