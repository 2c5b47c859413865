"""Colleagues comment on a deal, mention each other, ask for help and get it."""

import asyncio

import pytest

from shared.contracts.events.gateway_member import MemberJoined
from tests.pipeline.integration.world import (
    ANY,
    DIRECTOR,
    FIRST,
    MANAGER,
    NOW,
    OTHER_REP,
    REP,
    Json,
    World,
    named,
    told,
)


@pytest.fixture
async def deal(world: World) -> Json:
    """The rep's, with the other rep on its team."""
    opened = await world.deal(REP)
    await world.post(f"/v1/deals/{opened['id']}/team", {"member_id": OTHER_REP.sub}, REP)
    return opened


async def told_of(world: World, deal: Json) -> list[Json]:
    """The events of the deal after its opening and its team."""
    return (await world.events(deal["id"]))[2:]


def kinds(events: list[Json]) -> list[str]:
    return [each["type"].rsplit(".", 1)[1] for each in events]


async def test_who_reads_a_deal_comments_on_it_and_the_words_stay_here(world: World, deal: Json) -> None:
    path = f"/v1/deals/{deal['id']}/comments"
    body = {"text": "Call the lawyer", "mentioned_ids": [REP.sub]}

    made = await world.send("POST", path, OTHER_REP, json=body)
    one = f"{path}/{made.json()['id']}"
    edited = await world.send("PATCH", one, OTHER_REP, json={"text": "Call Ann"}, headers=FIRST)
    same = await world.send("PATCH", one, OTHER_REP, json={"mentioned_ids": [REP.sub]}, headers=FIRST)
    late = await world.send("PATCH", one, OTHER_REP, json={"text": "Call Ben"}, headers=FIRST)

    assert (made.status_code, made.headers["Location"], made.headers["ETag"]) == (201, one, '"1"')
    assert (made.json()["written_by"], made.json()["edited_at"]) == (OTHER_REP.sub, None)
    assert edited.json()["edited_at"] is not None
    assert (same.headers["ETag"], late.status_code) == ('"2"', 412)
    assert (await world.get(path, REP, q="ann"))["items"] == [edited.json()]
    events = await told_of(world, deal)
    assert kinds(events) == ["commented", "comment_changed"]
    assert [each["data"]["mentioned_ids"] for each in events] == [[REP.sub], []]
    assert "Call" not in str(events)
    assert (await world.get(f"/v1/deals/{deal['id']}", REP))["version"] == 4


async def test_a_comment_is_changed_and_put_away_by_who_wrote_it(world: World, deal: Json) -> None:
    path = f"/v1/deals/{deal['id']}/comments"
    one = f"{path}/{(await world.post(path, {'text': 'Mine'}, OTHER_REP))['id']}"

    for by in (REP, DIRECTOR):
        assert (await world.refusal("PATCH", one, {"text": "x"}, by))[:2] == (403, "forbidden")
        assert (await world.refusal("DELETE", one, by=by))[:2] == (403, "forbidden")
    gone = await world.send("DELETE", one, OTHER_REP, headers=ANY)

    assert gone.status_code == 204
    assert (await world.refusal("GET", one, by=REP))[:2] == (404, "comment_not_found")
    assert (await world.get(path, REP))["items"] == []


async def test_who_does_not_see_the_deal_cannot_be_mentioned(world: World) -> None:
    deal = await world.deal(REP)
    path = f"/v1/deals/{deal['id']}/comments"
    for name, team in (("boss", "north"), ("other boss", "south")):
        joined = MemberJoined(member_id=named(name), role="manager", created_at=NOW, team_id=named(team))
        await world.consume(told(joined, joined.member_id))

    async def mention(name: str) -> tuple[int, str]:
        body = {"text": "Look", "mentioned_ids": [str(named(name))]}
        answer = await world.send("POST", path, REP, json=body)
        return answer.status_code, answer.json().get("code", "")

    assert await mention("boss") == (201, "")
    assert await mention("other boss") == (422, "cannot_see_deal")
    assert await mention("other rep") == (422, "cannot_see_deal")
    assert await mention("nobody") == (422, "reference_unknown")


async def test_help_is_asked_for_answered_and_done_with(world: World, deal: Json) -> None:
    path = f"/v1/deals/{deal['id']}/help-requests"
    body = {"question": "Who knows their lawyer?", "asked_ids": [OTHER_REP.sub]}

    asked = await world.send("POST", path, REP, json=body)
    one = f"{path}/{asked.json()['id']}"
    waiting = (await world.get("/v1/help-requests", OTHER_REP, status="open"))["items"]
    own = await world.refusal("POST", f"{one}/answer", {"answer": "I do"}, REP)
    answered = await world.post(f"{one}/answer", {"answer": "I do"}, OTHER_REP)
    again = await world.refusal("POST", f"{one}/answer", {"answer": "So do I"}, MANAGER)
    stranger = await world.refusal("POST", f"{one}/close", {}, OTHER_REP)
    closed = await world.post(f"{one}/close", {}, REP)

    assert (asked.status_code, asked.headers["Location"]) == (201, one)
    assert waiting == [asked.json()]
    assert (own[:2], again[:2]) == ((403, "forbidden"), (409, "state_conflict"))
    assert (answered["status"], answered["answered_by"]) == ("answered", OTHER_REP.sub)
    assert (stranger[:2], closed["status"], closed["closed_by"]) == ((403, "forbidden"), "closed", REP.sub)
    assert (await world.refusal("POST", f"{one}/close", {}, REP))[:2] == (409, "state_conflict")
    assert await world.get(one, MANAGER) == closed
    events = await told_of(world, deal)
    assert kinds(events) == ["help_requested", "help_answered", "help_closed"]
    assert events[1]["data"]["asked_by"] == REP.sub
    assert "lawyer" not in str(events)


async def test_of_two_who_answer_at_once_one_is_the_answer(world: World, deal: Json) -> None:
    path = f"/v1/deals/{deal['id']}/help-requests"
    one = f"{path}/{(await world.post(path, {'question': 'How?'}, REP))['id']}"

    answers = await asyncio.gather(
        *(
            world.send("POST", f"{one}/answer", by, json={"answer": by.sub}, headers=ANY)
            for by in (OTHER_REP, MANAGER)
        )
    )

    assert sorted(each.status_code for each in answers) == [200, 409]


@pytest.mark.parametrize(
    ("method", "tail", "body"),
    [
        ("GET", "comments", None),
        ("POST", "comments", {"text": "x"}),
        ("GET", "help-requests", None),
        ("POST", "help-requests", {"question": "x"}),
    ],
)
async def test_what_is_said_about_anothers_deal_is_not_found(
    world: World, method: str, tail: str, body: Json | None
) -> None:
    deal = await world.deal(REP)
    await world.post(f"/v1/deals/{deal['id']}/help-requests", {"question": "How?"}, REP)

    refused = await world.refusal(method, f"/v1/deals/{deal['id']}/{tail}", body, OTHER_REP)

    assert refused[:2] == (404, "deal_not_found")
    assert (await world.get("/v1/help-requests", OTHER_REP))["items"] == []
