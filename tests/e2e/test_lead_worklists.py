"""From a post in a network to a prepared call: a suggestion becomes a lead with its segment and its card."""

from datetime import UTC, datetime, timedelta

from tests.support.front import Front
from tests.support.waiting import eventually

ANY = {"If-Match": "*"}


def test_a_suggestion_is_accepted_segmented_and_prepared(front: Front, unique: str) -> None:
    director, rep = front.as_role("director"), front.as_role("rep")
    key = unique.replace("-", "_")
    segment = {"key": key, "name": unique, "condition": f"lead.source == '{unique}'", "position": 0}
    made = director.post("/v1/segments", json=segment)
    assert made.status_code == 201, made.text
    body = {
        "network": unique,
        "external_id": "1",
        "author": "Ann Lee",
        "text": "Who knows a good tool for sales?",
        "mentioned": "industry",
        "posted_at": (datetime.now(UTC) - timedelta(hours=1)).isoformat(),
        "country": "DE",
    }

    posted = rep.post("/v1/lead-suggestions", json=body)
    assert posted.status_code == 201, posted.text
    path = f"/v1/lead-suggestions/{posted.json()['id']}"
    judged = eventually(lambda: rep.get(path).json()["relevance_state"] != "not_judged")
    accepted = rep.post(f"{path}/accept", json={"company": "Acme"}, headers=ANY)

    assert judged and accepted.status_code == 200, accepted.text
    lead = f"/v1/leads/{accepted.json()['lead_id']}"
    assert eventually(lambda: rep.get(lead).json()["segment"]) == key
    card = rep.get(f"{lead}/prep").json()
    assert (card["who"]["name"], card["may_call"]) == ("Ann Lee", None)
    assert card["who"]["local_times"][0]["time_zone"] == "Europe/Berlin"
    assert 0 < card["readiness"] < 1
    assert rep.get("/v1/lead-suggestions", params={"network": unique}).json()["items"] == []
    assert rep.post("/v1/segments", json=segment).status_code == 403
    director.delete(f"/v1/segments/{made.json()['id']}", headers=ANY)
