"""People work on a deal together, seen from outside."""

from tests.support.front import Front, Json, problem
from tests.support.waiting import eventually

ANY = {"If-Match": "*"}


def test_a_manager_takes_a_rep_into_the_team_who_then_sees_the_deal_and_its_events(
    front: Front, unique: str
) -> None:
    director, rep = front.as_role("director"), front.as_role("rep")
    me = rep.get("/v1/me").json()["id"]
    opened = director.post("/v1/deals", json={"name": unique, "amount": {"amount": "100", "currency": "EUR"}})
    path = f"/v1/deals/{opened.json()['id']}"
    problem(rep.get(path), 404, "deal_not_found")

    joined = director.post(f"{path}/team", json={"member_id": me, "role": "legal", "access": "edit"})
    assert joined.status_code == 201, joined.text
    assert rep.post(f"{path}/stage", json={"stage": "Proposal"}, headers=ANY).status_code == 200
    problem(rep.post(f"{path}/team", json={"member_id": me}), 403, "forbidden")
    mine = {"revenue": [{"member_id": me, "percent": "100"}]}
    splits = director.put(f"{path}/splits", json=mine, headers=ANY)
    assert splits.json()["revenue"][0]["amount"] == {"amount": "100.00", "currency": "EUR"}, splits.text
    director.put(f"{path}/splits", json={}, headers=ANY)
    assert director.delete(f"{path}/team/{me}", headers=ANY).status_code == 204

    problem(rep.get(path), 404, "deal_not_found")
    told = eventually(lambda: of_deal(rep_events(front), opened.json()["id"], last="team_left"))
    assert [each["tombstone"] for each in told] == [False, False, False, False, True]


def rep_events(front: Front) -> list[Json]:
    """All that the rep's feed has of deals."""
    rep, found, after = front.as_role("rep"), list[Json](), None
    while True:
        params: Json = {"topics": "deals", "limit": 1000, **({"after": after} if after else {})}
        page = rep.get("/v1/events", params=params).json()
        found += page["items"]
        if not page["more"]:
            return found
        after = page["next"]


def of_deal(events: list[Json], deal_id: str, *, last: str) -> list[Json] | None:
    """The events of the deal, once the last one is there."""
    found = [each for each in events if each["subject"] == deal_id]
    return found if found and found[-1]["type"].endswith(last) else None
