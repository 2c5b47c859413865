"""`kill -9` of the pipeline worker while stages of 300 deals fall due: each is told, and told once."""

import time
from collections import Counter
from datetime import UTC, datetime, timedelta

from tests.chaos.test_no_lead_is_lost import everything_in
from tests.support.front import Front, Json
from tests.support.product import Stack
from tests.support.waiting import eventually

DEALS = 300
KILLS = 4
OVERDUE = "pipeline.deal.stage_overdue"
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
ANY = {"If-Match": "*"}


async def test_every_overdue_stage_is_told_once_though_the_worker_is_killed(
    doomed: Stack, front: Front
) -> None:
    director = front.as_role("director")
    around_the_clock = {"week": {day: [{"start": "00:00", "end": "24:00"}] for day in WEEKDAYS}}
    assert director.put("/v1/working-hours", json=around_the_clock, headers=ANY).status_code == 200
    stages = [{"name": "Talk", "target_days": 1}]
    pipeline = director.post("/v1/pipelines", json={"name": f"due-{time.time_ns()}", "stages": stages})
    assert pipeline.status_code == 201, pipeline.text
    eventually(lambda: is_reckoned_around_the_clock(front, pipeline.json()["id"]))
    due = datetime.now(UTC) + timedelta(seconds=10)
    entered = [due - timedelta(days=1) + timedelta(milliseconds=20 * number) for number in range(DEALS)]
    items = [
        {"name": f"Deal {number}", "pipeline_id": pipeline.json()["id"], "created_at": at.isoformat()}
        for number, at in enumerate(entered)
    ]
    made = director.post("/v1/deals/batch", json={"items": items}, timeout=60).json()["items"]
    assert Counter(each["status"] for each in made) == {"created": DEALS}

    for _ in range(KILLS):
        before = overdue(front, pipeline.json()["id"])
        eventually(lambda: doomed.processes["pipeline-worker"]["pid"])
        doomed.kill("pipeline-worker")
        eventually(
            lambda: before >= DEALS or overdue(front, pipeline.json()["id"]) > before,  # noqa: B023
            within=90,
        )
    eventually(lambda: overdue(front, pipeline.json()["id"]) >= DEALS, within=90)

    ids = {each["id"] for each in made}
    eventually(lambda: told(front, ids) >= DEALS, within=90)
    events = [each for each in await everything_in(doomed, "pipeline.deal") if each.type == OVERDUE]
    distinct = {(str(each.subject), str(each.id)) for each in events if str(each.subject) in ids}
    assert Counter(subject for subject, _ in distinct) == Counter(dict.fromkeys(ids, 1))


def is_reckoned_around_the_clock(front: Front, pipeline_id: str) -> bool:
    """Whether the pipeline service knows the hours: a deal of now is due in exactly a day."""
    director = front.as_role("director")
    probe = director.post("/v1/deals", json={"name": "Probe", "pipeline_id": pipeline_id}).json()
    path = f"/v1/deals/{probe['id']}"
    due: str = eventually(lambda: director.get(path).json()["due_at"])
    director.post(f"{path}/lose", json={"reason": "Probe"}, headers=ANY)
    entered = datetime.fromisoformat(probe["stage_entered_at"])
    return datetime.fromisoformat(due) - entered == timedelta(days=1)


def overdue(front: Front, pipeline_id: str) -> int:
    """How many deals of the pipeline are known to be late."""
    params = {"pipeline_id": pipeline_id, "stage_overdue": "true", "total": "exact", "limit": "1"}
    page: Json = front.as_role("director").get("/v1/deals", params=params).json()
    return int(page["total"])


def told(front: Front, ids: set[str]) -> int:
    """How many late stages of these deals the feed has."""
    director, after, count = front.as_role("director"), None, 0
    while True:
        params: Json = {"topics": "deals", "limit": 200, **({"after": after} if after else {})}
        page: Json = director.get("/v1/events", params=params).json()
        count += len([each for each in page["items"] if each["type"] == OVERDUE and each["subject"] in ids])
        if not page["more"]:
            return count
        after = page["next"]
