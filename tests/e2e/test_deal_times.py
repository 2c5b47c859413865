"""Deadlines of deals, seen from outside: a timer tells its owner at the instant, lists show what is late."""

from datetime import UTC, datetime, timedelta

from tests.support.front import Front, Json
from tests.support.waiting import eventually


def test_a_deal_whose_next_activity_passes_rots_and_its_owner_is_told(front: Front, unique: str) -> None:
    director, rep = front.as_role("director"), front.as_role("rep")
    me = rep.get("/v1/me").json()["id"]
    stages = [{"name": "Talk", "target_days": 2, "rotting_days": 1}, {"name": "Offer"}]
    made = director.post("/v1/pipelines", json={"name": unique, "stages": stages})
    assert made.status_code == 201, made.text
    month_ago, soon = (datetime.now(UTC) + each for each in (timedelta(days=-30), timedelta(seconds=8)))
    body = {
        "name": unique,
        "owner_id": me,
        "pipeline_id": made.json()["id"],
        "created_at": month_ago.isoformat(),
        "expected_close": f"{month_ago:%Y-%m-%d}",
    }
    opened = director.post("/v1/deals", json=body)
    assert opened.status_code == 201, opened.text
    path = f"/v1/deals/{opened.json()['id']}"
    eventually(lambda: rep.get(path).json()["rotten_at"])

    planned = {"type": "call", "deal_id": opened.json()["id"], "due_at": soon.isoformat()}
    call = rep.post("/v1/activities", json=planned)
    assert call.status_code == 201, call.text
    eventually(lambda: rep.get(path).json()["snoozed_until"])
    told = eventually(lambda: rotten(front, opened.json()["id"]))

    assert datetime.fromisoformat(told["time"]) == soon
    deal = rep.get(path).json()
    assert (deal["stage_overdue"], deal["overdue"], deal["close_pushes"]) == (True, True, 0)
    late = rep.get("/v1/deals/late-stages", params={"deal_id": deal["id"]}).json()["items"]
    assert [(each["state"], each["due_at"]) for each in late] == [("late", deal["due_at"])]
    stale = rep.get("/v1/deals/stale", params={"id": deal["id"]}).json()["items"]
    assert [each["reasons"] for each in stale] == [["rotten", "stage_overdue", "overdue"]]
    rate = director.get(
        "/v1/kpis/stage-on-time", params={"period": "year", "pipeline_id": deal["pipeline_id"]}
    )
    assert (rate.json()["due"], rate.json()["on_time_rate"]) == (1, 0.0), rate.text
    history = rep.get(f"{path}/history").json()
    assert history["age_business_days"] == history["passages"][0]["business_days"] > 0


def rotten(front: Front, deal_id: str) -> Json | None:
    """The fact in the owner's feed that the deal is rotten."""
    rep, after = front.as_role("rep"), None
    while True:
        params: Json = {"topics": "deals", "limit": 1000, **({"after": after} if after else {})}
        page: Json = rep.get("/v1/events", params=params).json()
        for each in page["items"]:
            if each["subject"] == deal_id and each["type"] == "pipeline.deal.rotten":
                return dict(each)
        if not page["more"]:
            return None
        after = page["next"]
