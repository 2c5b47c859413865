"""A board that people put in order, and a closing told late, seen from outside."""

from datetime import UTC, datetime

import httpx

from tests.support.front import Front, Json


def test_a_board_keeps_the_order_of_cards_and_the_past_is_told_as_it_was(front: Front, unique: str) -> None:
    rep, director = front.as_role("rep"), front.as_role("director")
    stages = [{"name": "Talk", "probability": 0.5}, {"name": "Sign", "probability": 0.9}]
    pipeline = created(director.post("/v1/pipelines", json={"name": unique, "stages": stages}))
    one, other = (
        created(rep.post("/v1/deals", json={"name": f"{unique} {name}", "pipeline_id": pipeline["id"]}))
        for name in ("one", "other")
    )

    put = rep.post(f"/v1/deals/{one['id']}/position", json={"before": other["id"]})
    assert put.status_code == 204, put.text
    assert cards(rep, pipeline) == [one["name"], other["name"]]

    then = at_the_front()
    won = rep.post(
        f"/v1/deals/{one['id']}/win", json={"closed_at": one["created_at"]}, headers={"If-Match": "*"}
    )
    assert won.status_code == 200, won.text

    assert cards(rep, pipeline) == [other["name"]]
    assert cards(rep, pipeline, as_of=then, known_at=then) == [one["name"], other["name"]]
    assert statuses(rep, pipeline, as_of=then, known_at=then) == {"one": "open", "other": "open"}
    assert statuses(rep, pipeline, as_of=then) == {"one": "won", "other": "open"}
    assert rep.get(f"/v1/deals/{one['id']}/health").json()["checks"] == []


def created(answer: httpx.Response) -> Json:
    assert answer.status_code == 201, answer.text
    made: Json = answer.json()
    return made


def at_the_front() -> str:
    return datetime.now(UTC).isoformat().replace("+00:00", "Z")


def cards(client: httpx.Client, pipeline: Json, **asked: str) -> list[str]:
    answer = client.get(f"/v1/boards/{pipeline['id']}", params=asked)
    assert answer.status_code == 200, answer.text
    return [card["name"] for card in answer.json()["columns"][0]["cards"]]


def statuses(client: httpx.Client, pipeline: Json, **asked: str) -> dict[str, str]:
    answer = client.get("/v1/deals", params={"pipeline_id": pipeline["id"], **asked})
    assert answer.status_code == 200, answer.text
    return {deal["name"].rsplit(" ", 1)[1]: deal["status"] for deal in answer.json()["items"]}
