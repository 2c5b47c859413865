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


def test_a_mention_reaches_its_member_and_a_rep_keeps_to_the_limits_of_a_manager(
    front: Front, unique: str
) -> None:
    director, rep = front.as_role("director"), front.as_role("rep")
    me = rep.get("/v1/me").json()["id"]
    amount: Json = {"amount": "1000", "currency": "EUR"}
    deal = rep.post("/v1/deals", json={"name": unique, "amount": amount}).json()
    path = f"/v1/deals/{deal['id']}"

    said = director.post(f"{path}/comments", json={"text": "Look at this", "mentioned_ids": [me]})
    assert said.status_code == 201, said.text
    asked = rep.post(f"{path}/help-requests", json={"question": "How?"}).json()
    answer = f"{path}/help-requests/{asked['id']}/answer"
    answered = director.post(answer, json={"answer": "So"}, headers=ANY)
    assert answered.json()["status"] == "answered", answered.text

    problem(
        rep.post(f"{path}/interventions", json={"reason": "x", "priority": "high"}, headers=ANY),
        403,
        "forbidden",
    )
    limits = {"reason": "End of quarter", "priority": "urgent", "largest_discount": "10"}
    made = director.post(f"{path}/interventions", json=limits, headers=ANY)
    assert made.status_code == 201, made.text
    low: Json = {"amount": {"amount": "899.99", "currency": "EUR"}}
    problem(rep.post(f"{path}/win", json=low, headers=ANY), 422, "outside_limits")
    won = rep.post(f"{path}/win", json={"amount": {"amount": "900", "currency": "EUR"}}, headers=ANY)
    assert won.status_code == 200, won.text

    told = eventually(lambda: of_deal(rep_events(front), deal["id"], last="won"))
    kinds = [each["type"].rsplit(".", 1)[1] for each in told]
    assert kinds == ["opened", "commented", "help_requested", "help_answered", "intervened", "won"]
    assert told[1]["data"]["mentioned_ids"] == [me]


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
