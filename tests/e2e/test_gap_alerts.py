"""A team behind its forecast is told of the leak behind it, and the alert ends, seen from outside."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.e2e.test_leaks import told
from tests.support.front import PATIENT, Front, Json
from tests.support.waiting import eventually

PERIODS = ("month", "quarter", "year", "week")


def test_a_gap_is_told_with_its_leak_becomes_an_issue_and_ends_when_deals_are_won(
    front: Front, unique: str
) -> None:
    admin, director = front.as_role("admin"), front.as_role("director")
    team = admin.post("/v1/teams", json={"name": unique}).json()
    rep = admin.post(
        "/v1/members",
        json={"name": unique, "email": f"{unique}@example.com", "role": "rep", "team_id": team["id"]},
    ).json()
    stage = lose_deals_of_the_fair(director, unique, rep["id"])
    period = plan(director, team["id"])
    gap = eventually(lambda: behind(director, team["id"], period))
    assert (gap["behind"]["part"], gap["behind"]["stage_id"]) == ("lost", stage)

    rule = {"team_id": team["id"], "period": period, "share": "0.1", "from_share": "0"}
    assert director.put("/v1/forecast/gap-rules", json=rule).status_code == 201
    alert = eventually(lambda: alert_of(director, team["id"], lambda each: each["issue_id"]))
    issue = director.get(f"/v1/issues/{alert['issue_id']}").json()
    events = eventually(lambda: told_alerts(director, alert["id"], at_least=2))
    assert (alert["status"], alert["cause"]["stage_id"]) == ("open", stage)
    assert (issue["alert_id"], issue["stage_id"], issue["leak"]["deals"]) == (alert["id"], stage, 20)
    assert "were lost there" in alert["leak_words"]
    assert [each["type"] for each in events[:2]] == ["forecast.alert.raised", "forecast.alert.changed"]
    assert events[0]["data"]["cause"]["part"] == "lost"
    assert front.as_role("rep").get(f"/v1/alerts/{alert['id']}").status_code == 404

    known = director.post(
        f"/v1/alerts/{alert['id']}/acknowledge", json={"note": "I see to it"}, headers={"If-Match": "*"}
    )
    assert known.json()["status"] == "acknowledged", known.text
    won = director.post(
        "/v1/deals", json={**a_deal(unique, "saved", rep["id"]), "amount": euros("99000000.00")}
    )
    closed = director.post(f"/v1/deals/{won.json()['id']}/win", json={}, headers={"If-Match": "*"})
    assert closed.status_code == 200, closed.text

    over = eventually(lambda: alert_of(director, team["id"], lambda each: each["status"] == "resolved"))
    assert over["resolution"] == "by_itself"
    heard = eventually(lambda: hears(director, issue["id"]))
    assert heard["status"] == "open"


def lose_deals_of_the_fair(director: httpx.Client, unique: str, owner: str) -> str:
    """Twenty deals lost in the first stage, twenty gone on; the first stage's id."""
    stages = [{"name": "Talk"}, {"name": "Offer"}]
    pipeline = director.post("/v1/pipelines", json={"name": unique, "stages": stages}).json()
    now = datetime.now(UTC)
    begun = now - timedelta(hours=2)
    deals = [
        {
            **a_deal(unique, str(index), owner),
            "pipeline_id": pipeline["id"],
            "source_system": unique,
            "external_id": str(index),
            "created_at": begun.isoformat(),
            "stage": "Talk",
            "outcome": "lost",
            "closed_at": (now - timedelta(seconds=5)).isoformat(),
        }
        for index in range(20)
    ]
    taken = director.post("/v1/deals/batch", json={"items": deals}, timeout=PATIENT)
    assert {each["status"] for each in taken.json()["items"]} == {"created"}, taken.text
    return str(pipeline["stages"][0]["id"])


def a_deal(unique: str, name: str, owner: str) -> Json:
    return {
        "name": f"{unique} {name}",
        "source": f"{unique} fair",
        "owner_id": owner,
        "amount": euros("1000.00"),
    }


def euros(amount: str) -> Json:
    return {"amount": amount, "currency": "EUR"}


def plan(director: httpx.Client, team_id: str) -> str:
    """A target of the team for the first of the periods of which a working day is over."""
    for period in PERIODS:
        name = director.get("/v1/forecast", params={"period": period}).json()["period"]["name"]
        target = {"period": name, "team_id": team_id, "amount": euros("90000000.00")}
        assert director.put("/v1/targets", json=target).status_code in (200, 201)
        asked = {"period": period, "team_id": team_id, "method": "target"}
        gap = director.get("/v1/forecast/gap", params=asked).json()
        if float(gap["forecast_to_date"]["amount"]) > 0:
            return period
    raise AssertionError("no working day is over")


def behind(director: httpx.Client, team_id: str, period: str) -> Json | None:
    """The gap, once all the lost deals are known."""
    gap: Json = director.get("/v1/forecast/gap", params={"period": period, "team_id": team_id}).json()
    return gap if gap["behind"] and gap["behind"]["deals"] == 20 else None


def alert_of(director: httpx.Client, team_id: str, fits: Any) -> Json | None:
    items: list[Json] = director.get("/v1/alerts", params={"team_id": team_id}).json()["items"]
    return next((each for each in items if fits(each)), None)


def told_alerts(director: httpx.Client, alert_id: str, *, at_least: int) -> list[Json] | None:
    """What the feed tells of the alert, once there is so much of it."""
    first = told(director, alert_id, topic="alerts")
    if first is None:
        return None
    page = director.get("/v1/events", params={"topics": "alerts", "after": first["position"] - 1}).json()
    found = [each for each in page["items"] if each["subject"] == alert_id]
    return found if len(found) >= at_least else None


def hears(director: httpx.Client, issue_id: str) -> Json | None:
    issue: Json = director.get(f"/v1/issues/{issue_id}").json()
    return issue if issue["alert_status"] == "resolved" else None
