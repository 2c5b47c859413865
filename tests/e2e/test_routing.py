"""A pushed lead finds its way to the right hands by itself, and everybody can see why."""

from collections.abc import Iterator

import pytest

from tests.support.front import Front, Json
from tests.support.waiting import eventually

ANY = {"If-Match": "*"}


@pytest.fixture
def rule(front: Front, unique: str) -> Iterator[Json]:
    """A rule for leads of this test's campaign alone; the others of the stack are left to themselves."""
    director = front.as_role("director")
    queue = director.post("/v1/lead-queues", json={"name": unique, "open_to_all": True})
    assert queue.status_code == 201, queue.text
    made = director.post(
        "/v1/routing-rules",
        json={
            "name": unique,
            "condition": f"lead.campaign == '{unique}'",
            "action": {"type": "queue", "queue_id": queue.json()["id"]},
            "position": 0,
        },
    )
    assert made.status_code == 201, made.text
    yield made.json()
    director.delete(f"/v1/routing-rules/{made.json()['id']}", headers=ANY)


def test_a_pushed_lead_is_queued_by_a_rule_claimed_by_a_rep_and_says_why(
    front: Front, unique: str, rule: Json
) -> None:
    body = {"external_id": unique, "name": "Grace Buyer", "campaign": unique}
    receipt = front.as_partner().post("/v1/partner/leads", json=body)
    path = f"/v1/leads/{receipt.json()['id']}"
    rep = front.as_role("rep")
    queue_id = rule["action"]["queue_id"]

    def waiting() -> list[Json]:
        found: list[Json] = rep.get("/v1/leads/queue", params={"queue_id": queue_id}).json()["items"]
        return found

    assert [each["id"] for each in eventually(waiting)] == [receipt.json()["id"]]
    claimed = rep.post(f"{path}/claim", json={})
    assert (claimed.status_code, claimed.json()["owner_id"]) == (200, rep.get("/v1/me").json()["id"])

    decisions = rep.get(f"{path}/routing").json()["items"]
    assert [each["how"] for each in decisions] == ["claim", "rule"]
    assert decisions[1]["rule_id"] == rule["id"]


def test_a_pushed_lead_that_no_rule_is_for_gets_an_owner_within_moments(front: Front, unique: str) -> None:
    receipt = front.as_partner().post("/v1/partner/leads", json={"external_id": unique, "name": "Grace"})
    path = f"/v1/leads/{receipt.json()['id']}"
    director = front.as_role("director")

    owner = eventually(lambda: director.get(path).json()["owner_id"])

    latest = director.get(f"{path}/routing").json()["latest"]
    assert (latest["member_id"], latest["by"]) == (owner, "system")
    assert front.as_role("rep").post("/v1/routing/simulate", json={}).status_code == 403
