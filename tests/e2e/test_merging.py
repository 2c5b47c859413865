"""Accounts that are one are found, merged and parted again, and their deals follow through every service."""

from tests.support.front import Front, Json
from tests.support.waiting import eventually


def test_deals_follow_a_merge_and_its_undoing(front: Front, unique: str) -> None:
    director = front.as_role("director")
    winner = director.post("/v1/accounts", json={"name": f"Werk {unique} GmbH"}).json()
    loser = director.post("/v1/accounts", json={"name": f"Werk {unique} Ltd"}).json()
    deal = eventually(lambda: opened(front, {"name": unique, "account_id": loser["id"]}))

    pair = eventually(lambda: pair_of(front, winner["id"]))
    assert (pair["b_id"], pair["rule"]) == (loser["id"], "Same company")
    order = {"kind": "account", "winner_id": winner["id"], "loser_ids": [loser["id"]]}
    preview = director.post("/v1/merges/preview", json=order)
    assert preview.status_code == 200, preview.text
    merge = director.post("/v1/merges", json=order)
    assert merge.status_code == 201, merge.text

    eventually(lambda: account_of(front, deal) == winner["id"])
    assert director.get(f"/v1/accounts/{loser['id']}").json()["merged_into"] == winner["id"]
    told = eventually(lambda: events_of(front, loser["id"], "leads.account.merged"))
    assert told[0]["data"]["merged_into"] == winner["id"]

    undone = director.post(f"/v1/merges/{merge.json()['id']}/undo", json={}, headers={"If-Match": "*"})
    assert undone.status_code == 200, undone.text
    eventually(lambda: account_of(front, deal) == loser["id"])


def opened(front: Front, body: Json) -> Json | None:
    """The deal, once the pipeline knows its account."""
    answer = front.as_role("director").post("/v1/deals", json=body)
    return answer.json() if answer.status_code == 201 else None


def pair_of(front: Front, record_id: str) -> Json | None:
    page = front.as_role("director").get("/v1/duplicates", params={"a_id": record_id}).json()
    return page["items"][0] if page["items"] else None


def account_of(front: Front, deal: Json) -> str:
    return str(front.as_role("director").get(f"/v1/deals/{deal['id']}").json()["account_id"])


def events_of(front: Front, subject: str, kind: str) -> list[Json]:
    """The last events of the feed that are of this record and kind."""
    director, after, found = front.as_role("director"), None, []
    while True:
        params: Json = {"topics": "accounts", "limit": 200, **({"after": after} if after is not None else {})}
        page = director.get("/v1/events", params=params).json()
        found += [each for each in page["items"] if (each["subject"], each["type"]) == (subject, kind)]
        if not page["items"] or page["items"][-1]["position"] == after:
            return found
        after = page["items"][-1]["position"]
