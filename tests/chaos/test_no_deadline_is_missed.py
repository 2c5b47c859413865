"""`kill -9` of the leads worker while 500 deadlines fall due: each breach is told, and told once."""

import time
from collections import Counter

from tests.chaos.test_no_lead_is_lost import everything_in
from tests.support.front import Front, Json
from tests.support.product import Stack
from tests.support.waiting import eventually

LEADS = 500
KILLS = 4
BREACHED = "leads.lead.response_breached"


async def test_every_breach_is_told_once_though_the_worker_is_killed(doomed: Stack, front: Front) -> None:
    source = f"deadline-{time.time_ns()}"
    director = front.as_role("director")
    policy = {
        "name": source,
        "condition": f"lead.source == '{source}'",
        "minutes": 0.05,
        "counted": "always",
        "position": 0,
    }
    assert director.post("/v1/response-policies", json=policy).status_code == 201
    items = [{"name": f"Lead {number}", "source": source} for number in range(LEADS)]
    made = director.post("/v1/leads/batch", json={"items": items}, timeout=60).json()["items"]
    assert Counter(each["status"] for each in made) == {"created": LEADS}

    for _ in range(KILLS):
        eventually(lambda: doomed.processes["leads-worker"]["pid"])
        doomed.kill("leads-worker")
        until_more_than(breached(front, source), front, source)
    eventually(lambda: breached(front, source) == LEADS, within=90)

    ids = {each["id"] for each in made}
    eventually(lambda: told(front, ids) >= LEADS, within=90)
    events = [each for each in await everything_in(doomed, "leads.lead") if each.type == BREACHED]
    distinct = {(str(each.subject), str(each.id)) for each in events if str(each.subject) in ids}
    assert Counter(subject for subject, _ in distinct) == Counter(dict.fromkeys(ids, 1))


def until_more_than(count: int, front: Front, source: str) -> None:
    """Until the worker went on, or there is nothing left to do."""
    eventually(lambda: count == LEADS or breached(front, source) > count)


def breached(front: Front, source: str) -> int:
    """How many leads of the source are known to have been answered too late."""
    params = {"source": source, "response_breached_at": "is:notnull", "total": "exact", "limit": "1"}
    page: Json = front.as_role("director").get("/v1/leads", params=params).json()
    return int(page["total"])


def told(front: Front, ids: set[str]) -> int:
    """How many breaches of these leads the feed has."""
    director = front.as_role("director")
    count = 0
    page: Json = director.get("/v1/events", params={"topics": "leads", "limit": 200}).json()
    while True:
        count += len([each for each in page["items"] if each["type"] == BREACHED and each["subject"] in ids])
        if not page["more"]:
            return count
        page = director.get(
            "/v1/events", params={"topics": "leads", "limit": 200, "after": page["next"]}
        ).json()
