"""Needs, objections, closings, checklists: kept beside a deal, each a version of it, told without words."""

import pytest

from tests.pipeline.integration.world import ANY, FIRST, OTHER_REP, REP, Json, World, named

NEED: Json = {"words": "We wait for parts", "tags": ["faster_delivery"], "urgency": "high"}
OBJECTION: Json = {"kind": "trust", "text": "We do not know you", "script": "references"}


async def test_a_need_is_recorded_edited_and_withdrawn_and_the_words_stay_here(world: World) -> None:
    deal = await world.deal(REP)
    path = f"/v1/deals/{deal['id']}/needs"

    made = await world.send("POST", path, REP, json=NEED)
    one = f"{path}/{made.json()['id']}"
    edited = await world.send("PATCH", one, REP, json={"urgency": None}, headers=FIRST)
    same = await world.send("PATCH", one, REP, json={"urgency": None}, headers={"If-Match": '"2"'})
    late = await world.send("PATCH", one, REP, json={"urgency": "low"}, headers=FIRST)
    gone = await world.send("DELETE", one, REP, headers={"If-Match": '"2"'})

    assert (made.status_code, made.headers["Location"], made.headers["ETag"]) == (201, one, '"1"')
    assert {name: made.json()[name] for name in NEED} == NEED
    assert made.json()["recorded_by"] == REP.sub
    assert (edited.json()["urgency"], same.headers["ETag"], late.status_code) == (None, '"2"', 412)
    assert gone.status_code == 204
    assert (await world.refusal("GET", one, by=REP))[:2] == (404, "need_not_found")
    assert (await world.get(path, REP))["items"] == []
    events = await world.events(deal["id"])
    assert [each["type"].rsplit(".", 1)[1] for each in events] == [
        "opened",
        "need_recorded",
        "need_changed",
        "need_withdrawn",
    ]
    assert "parts" not in str(events)
    assert (await world.get(f"/v1/deals/{deal['id']}"))["version"] == 4


async def test_an_edit_of_the_deal_read_before_a_need_was_recorded_still_counts(world: World) -> None:
    deal = await world.deal()
    await world.post(f"/v1/deals/{deal['id']}/needs", NEED)

    answer = await world.send("PATCH", f"/v1/deals/{deal['id']}", json={"name": "B"}, headers=FIRST)
    moved = await world.send(
        "POST", f"/v1/deals/{deal['id']}/stage", json={"stage": "Proposal"}, headers=FIRST
    )

    assert (answer.status_code, moved.status_code, moved.json()["version"]) == (200, 200, 4)


async def test_objections_are_listed_answered_resolved_and_opened_again(world: World) -> None:
    deal = await world.deal()
    path = f"/v1/deals/{deal['id']}/objections"
    raised = await world.post(path, OBJECTION)
    one, at = f"{path}/{raised['id']}", "2027-03-01T08:00:00Z"

    resolved = await world.send("PATCH", one, json={"resolved_at": at}, headers=FIRST)
    open_ones = (await world.get(path, resolved_at="is:null"))["items"]
    again = await world.send("PATCH", one, json={"resolved_at": None}, headers={"If-Match": '"2"'})
    ahead = await world.refusal("PATCH", one, {"resolved_at": "2027-04-01T00:00:00Z"})

    assert (resolved.json()["resolved_at"], open_ones) == (at, [])
    assert (again.json()["resolved_at"], again.json()["version"]) == (None, 3)
    assert (await world.get(path, kind="trust"))["items"] == [again.json()]
    assert ahead == (422, "validation_failed", [("/resolved_at", "in_the_future")])
    assert await world.get(one) == again.json()


async def test_a_closing_is_said_as_a_whole_and_signed_when_it_is_signed(world: World) -> None:
    deal = await world.deal(REP)
    path = f"/v1/deals/{deal['id']}/closing"
    body = {"agreed_terms": "Thirty days", "contract_number": "C-7", "signer_id": str(named("Ada"))}

    empty = await world.get(path, REP)
    first = await world.send("PUT", path, REP, json=body, headers=ANY)
    second = await world.send("PUT", path, REP, json={**body, "signing_date": "2027-03-01"}, headers=FIRST)
    late = await world.send("PUT", path, REP, json={**body, "signing_date": "2027-02-28"}, headers=FIRST)
    ahead = await world.refusal("PUT", path, {"signing_date": "2027-03-09"}, REP)

    assert (empty["version"], empty["signing_date"]) == (0, None)
    assert {name: first.json()[name] for name in body} == body
    assert (second.json()["signing_date"], second.headers["ETag"]) == ("2027-03-01", '"2"')
    assert late.status_code == 412
    assert ahead == (422, "validation_failed", [("/signing_date", "in_the_future")])
    assert await world.get(path, REP) == second.json()
    assert "Thirty" not in str(await world.events(deal["id"]))


@pytest.mark.parametrize(
    ("method", "tail", "body"),
    [
        ("GET", "needs", None),
        ("POST", "needs", NEED),
        ("GET", "objections", None),
        ("POST", "objections", OBJECTION),
        ("GET", "closing", None),
        ("PUT", "closing", {}),
        ("GET", "checklist", None),
        ("GET", "gates", None),
        ("POST", "approvals", {"gate_id": str(named("gate"))}),
    ],
)
async def test_what_is_beside_anothers_deal_is_not_found(
    world: World, method: str, tail: str, body: Json | None
) -> None:
    deal = await world.deal(REP)

    assert (await world.refusal(method, f"/v1/deals/{deal['id']}/{tail}", body, OTHER_REP))[:2] == (
        404,
        "deal_not_found",
    )


async def test_a_gate_that_asks_for_no_approval_takes_none(world: World) -> None:
    deal = await world.deal(REP)

    refused = await world.refusal(
        "POST", f"/v1/deals/{deal['id']}/approvals", {"gate_id": str(named("gate"))}, REP
    )

    assert refused == (422, "reference_unknown", [("/gate_id", "reference_unknown")])
