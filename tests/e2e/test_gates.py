"""A deal goes through the gates of its pipeline by doing what each refusal says, seen from outside."""

from tests.support.front import Front, Json, problem
from tests.support.waiting import eventually

ANY = {"If-Match": "*"}


def test_a_deal_passes_its_gates_by_what_the_refusals_name(front: Front, unique: str) -> None:
    director, rep = front.as_role("director"), front.as_role("rep")
    made = director.post("/v1/pipelines/from-template/six-step", json={"name": unique})
    assert made.status_code == 201, made.text
    opened = rep.post("/v1/deals", json={"name": unique, "pipeline_id": made.json()["id"]})
    assert opened.status_code == 201, opened.text
    path = f"/v1/deals/{opened.json()['id']}"

    present = {"stage": "Present the product"}
    refused = problem(rep.post(f"{path}/stage", json=present, headers=ANY), 409, "gates_unmet")
    [missing] = refused["unmet"]
    assert missing["kind"] == "need_recorded"
    given = rep.request(missing["how"]["method"], missing["how"]["path"], json={"words": "Less waiting"})
    assert given.status_code == 201, given.text
    assert rep.post(f"{path}/stage", json=present, headers=ANY).json()["stage"] == "Present the product"

    raised = rep.post(f"{path}/objections", json={"kind": "price", "text": "Too dear"}).json()
    verdicts = {each["target"]: each for each in rep.get(f"{path}/gates").json()["items"]}
    assert [each["kind"] for each in verdicts["win"]["unmet"]] == ["objections_cleared"]
    problem(rep.post(f"{path}/win", json={}, headers=ANY), 409, "gates_unmet")
    cleared = {"answer": "It pays for itself", "resolved_at": raised["created_at"]}
    answer = rep.patch(f"{path}/objections/{raised['id']}", json=cleared, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text
    assert rep.post(f"{path}/win", json={}, headers=ANY).json()["status"] == "won"

    told = eventually(lambda: kinds_of(front, opened.json()["id"], last="won"))
    assert told == [
        "opened",
        "need_recorded",
        "stage_changed",
        "objection_raised",
        "objection_resolved",
        "won",
    ]


def test_deals_follow_a_pipeline_that_is_changed_under_them(front: Front, unique: str) -> None:
    director, rep = front.as_role("director"), front.as_role("rep")
    stages = [{"name": "Talk"}, {"name": "Offer"}, {"name": "Sign"}]
    made = director.post("/v1/pipelines", json={"name": unique, "stages": stages}).json()
    deal = rep.post("/v1/deals", json={"name": unique, "pipeline_id": made["id"], "stage": "Offer"}).json()
    path, seen = f"/v1/pipelines/{made['id']}", {"If-Match": '"1"'}
    shorter: Json = {"stages": [{"name": "Talk"}, {"name": "Sign"}]}

    preview = director.post(f"{path}/preview", json=shorter)
    problem(director.patch(path, json=shorter, headers=seen), 409, "stage_in_use")
    changed = director.patch(path, json={**shorter, "moves": {"Offer": "Sign"}}, headers=seen)

    assert [each["needs_target"] for each in preview.json()["stages"]] == [False, True, False]
    assert changed.json()["change"]["done"] == 1, changed.text
    after = rep.get(f"/v1/deals/{deal['id']}").json()
    assert (after["stage"], after["pipeline_version"]) == ("Sign", 2)
    assert [each["version"] for each in director.get(f"{path}/versions").json()["items"]] == [2, 1]


def kinds_of(front: Front, deal_id: str, *, last: str) -> list[str] | None:
    """What the feed tells of the deal, once it tells of the last thing."""
    director, found, after = front.as_role("director"), [], None
    while True:
        params: Json = {"topics": "deals", "limit": 200, **({"after": after} if after is not None else {})}
        page = director.get("/v1/events", params=params).json()
        found += [each["type"].rsplit(".", 1)[1] for each in page["items"] if each["subject"] == deal_id]
        if not page["items"] or page["items"][-1]["position"] == after:
            return found if found and found[-1] == last else None
        after = page["items"][-1]["position"]
