"""A first contact that nobody makes reaches the owner and the owner's manager live, and nobody else."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from tests.support.front import PATIENT, Front, Json
from tests.support.waiting import eventually

BREACHED = "leads.lead.response_breached"
ANY = {"If-Match": "*"}


@pytest.fixture
def soon(front: Front, unique: str) -> Iterator[str]:
    """The source of leads that are to be answered within half a second."""
    director = front.as_role("director")
    body = {
        "name": unique,
        "condition": f"lead.source == '{unique}'",
        "minutes": 0.01,
        "counted": "always",
        "position": 0,
    }
    made = director.post("/v1/response-policies", json=body)
    assert made.status_code == 201, made.text
    yield unique
    director.delete(f"/v1/response-policies/{made.json()['id']}", headers=ANY)


def test_a_breach_reaches_the_owner_and_the_owners_manager_live_and_nobody_else(
    front: Front, soon: str
) -> None:
    rep, manager, director = (front.as_role(role) for role in ("rep", "manager", "director"))
    before = position(director)
    mine = a_lead(director, soon, str(rep.get("/v1/me").json()["id"]))
    other = a_lead(director, soon, member(director, "Rosa Rep"))

    (told_rep,) = live(rep, before, {mine["id"]})
    (told_manager,) = live(manager, before, {mine["id"]})
    live(director, before, {mine["id"], other["id"]})

    assert told_rep["id"] == told_manager["id"]
    lead = rep.get(f"/v1/leads/{mine['id']}").json()
    assert told_rep["time"] == lead["response_due_at"] == lead["response_breached_at"]
    assert [each["subject"] for each in breaches(rep, before)] == [mine["id"]]
    assert [each["subject"] for each in breaches(manager, before)] == [mine["id"]]
    overdue = rep.get("/v1/leads/overdue", params={"source": soon}).json()["items"]
    assert [each["id"] for each in overdue] == [mine["id"]]


def test_a_contact_in_time_is_no_breach_and_is_measured(front: Front, unique: str) -> None:
    rep = front.as_role("rep")
    lead = rep.post("/v1/leads", json={"name": unique, "source": unique}).json()
    call = {"type": "call", "lead_id": lead["id"], "started_at": lead["created_at"]}
    assert rep.post("/v1/activities", json=call).status_code == 201

    state = eventually(lambda: answered(rep, lead["id"]))

    assert state["minutes"] == 0
    groups = rep.get("/v1/kpis/speed-to-lead", params={"period": "month", "group_by": "source"}).json()
    assert {"key": unique, "received": 1, "contacted": 1}.items() <= next(
        group for group in groups["groups"] if group["key"] == unique
    ).items()


def test_leads_of_a_rep_whose_absence_begins_go_to_another_and_the_policy_keeps_its_history(
    front: Front, unique: str
) -> None:
    director = front.as_role("director")
    me, owner = str(director.get("/v1/me").json()["id"]), member(director, "Rosa Rep")
    body = {"name": unique, "condition": f"lead.source == '{unique}'", "minutes": 60, "position": 0}
    policy = director.post("/v1/response-policies", json={**body, "on_absence": "reassign"}).json()
    lead = a_lead(director, unique, owner)
    path = f"/v1/leads/{lead['id']}"
    eventually(lambda: director.get(path).json()["response_due_at"])
    begins = datetime.now(UTC) + timedelta(seconds=0.5)
    absence = {"from": begins.isoformat(), "to": (begins + timedelta(minutes=5)).isoformat()}
    away = director.post(f"/v1/sellers/{owner}/absences", json=absence)
    assert away.status_code == 201, away.text

    taken = eventually(lambda: changed_hands(director, path, owner))

    assert taken["assignment"]["at"] >= begins.isoformat()[:23]
    director.delete(f"/v1/sellers/{owner}/absences/{away.json()['id']}", headers=ANY)
    director.delete(f"/v1/response-policies/{policy['id']}", headers=ANY)
    steps = director.get(f"/v1/response-policies/{policy['id']}/history").json()["items"]
    assert [(each["version"], each["by"]) for each in steps] == [(2, me), (1, me)]


def changed_hands(director: httpx.Client, path: str, owner: str) -> Json | None:
    lead: Json = director.get(path).json()
    return lead if lead["owner_id"] not in (None, owner) else None


def a_lead(director: httpx.Client, source: str, owner_id: str) -> Json:
    made = director.post("/v1/leads", json={"name": source, "source": source, "owner_id": owner_id})
    assert made.status_code == 201, made.text
    lead: Json = made.json()
    return lead


def member(director: httpx.Client, name: str) -> str:
    people = director.get("/v1/members", params={"limit": 200}).json()["items"]
    return next(str(each["id"]) for each in people if each["name"] == name)


def answered(rep: httpx.Client, lead_id: str) -> Json | None:
    state: Json = rep.get(f"/v1/leads/{lead_id}/response").json()
    return state if state["minutes"] is not None else None


def position(client: httpx.Client) -> int:
    """Where the feed stands."""
    return _read_on(client, 0)[1]


def breaches(client: httpx.Client, after: int) -> list[Json]:
    return [each for each in _read_on(client, after)[0] if each["type"] == BREACHED]


def _read_on(client: httpx.Client, after: int) -> tuple[list[Json], int]:
    """The events since, and where they end: others work on the same product at the same time."""
    items: list[Json] = []
    while True:
        asked: dict[str, str | int] = {"topics": "leads", "limit": 200, "after": after}
        page = client.get("/v1/events", params=asked).json()
        items += page["items"]
        after = int(page["next"])
        if not page["more"]:
            return items, after


def live(client: httpx.Client, after: int, leads: set[str]) -> list[Json]:
    """The breaches of these leads as the stream tells them."""
    found: dict[str, Json] = {}
    headers = {"Last-Event-ID": str(after)}
    with client.stream(
        "GET", "/v1/stream", params={"topics": "leads"}, headers=headers, timeout=PATIENT
    ) as answer:
        for line in answer.iter_lines():
            if line.startswith("data:"):
                event = json.loads(line.removeprefix("data:"))
                if event.get("type") == BREACHED and event["subject"] in leads:
                    found[event["subject"]] = event
            if found.keys() == leads:
                break
    return list(found.values())
