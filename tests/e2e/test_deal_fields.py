"""Own fields and reasons of an organisation from outside: given, filled, found, counted, changed in bulk."""

from decimal import Decimal

from tests.support.front import Front, problem
from tests.support.waiting import eventually

ANY = {"If-Match": "*"}


def test_a_rep_fills_own_fields_finds_deals_by_them_and_wins_many_for_a_reason(
    front: Front, unique: str
) -> None:
    director, rep = front.as_role("director"), front.as_role("rep")
    key = "seats_" + "".join(letter for letter in unique.lower() if letter.isalnum())[-20:]
    described = {"key": key, "label": "Seats", "type": "integer", "minimum": "1", "indexed": True}
    made = director.post("/v1/deal-fields", json=described)
    assert made.status_code == 201, made.text
    problem(rep.post("/v1/deal-fields", json=described), 403, "forbidden")
    why = {"key": key, "label": unique, "outcome": "won"}
    reason = director.post("/v1/loss-reasons", json=why).json()

    wrong = rep.post("/v1/deals", json={"name": unique, "custom": {key: 0}})
    problem(wrong, 422, "validation_failed")
    amount = {"amount": "100", "currency": "EUR"}
    opened = [
        rep.post("/v1/deals", json={"name": unique, "amount": amount, "custom": {key: seats}}).json()
        for seats in (3, 30)
    ]
    found = rep.get("/v1/deals", params={f"custom.{key}": "gte:10", "sort": f"-custom.{key}"}).json()
    assert [each["id"] for each in found["items"]] == [opened[1]["id"]]

    body = {"filter": {"name": unique}, "add_tags": ["Done"], "win": {"reason": unique}}
    tried = rep.post("/v1/deals/bulk", json={**body, "dry_run": True})
    won = rep.post("/v1/deals/bulk", json=body)
    again = rep.post("/v1/deals/bulk", json=body)

    assert (tried.json()["updated"], won.json()["updated"], again.json()["unchanged"]) == (2, 2, 2), won.text
    counted = rep.get("/v1/analytics/loss-reasons", params={"outcome": "won"}).json()
    mine = next(row for row in counted["items"] if row["reason_id"] == reason["id"])
    worth = sum(Decimal(each["base_amount"]["amount"]) for each in opened)
    assert (mine["deals"], Decimal(mine["value"]["amount"])) == (2, worth)
    told = eventually(lambda: told_of(front, opened[0]["id"]))
    assert (told["custom"], told["tags"], told["win_reason_id"]) == ({key: 3}, ["done"], reason["id"])
    retired = director.patch(
        f"/v1/loss-reasons/{reason['id']}", json={"active": False}, headers={"If-Match": '"1"'}
    )
    assert retired.status_code == 200, retired.text
    plain = director.patch(made.headers["Location"], json={"indexed": False}, headers={"If-Match": '"1"'})
    assert plain.json()["indexed"] is False, plain.text


def told_of(front: Front, deal_id: str) -> dict[str, object] | None:
    """What the rep's feed says of the deal's end, once it is there."""
    rep, after = front.as_role("rep"), None
    while True:
        page = rep.get(
            "/v1/events", params={"topics": "deals", "limit": 1000, **({"after": after} if after else {})}
        ).json()
        for each in page["items"]:
            if each["subject"] == deal_id and each["type"] == "pipeline.deal.won":
                return dict(each["data"])
        if not page["more"]:
            return None
        after = page["next"]
