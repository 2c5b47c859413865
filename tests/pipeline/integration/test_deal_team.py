"""Who is on the team of a deal sees it, or changes it; its owner decides on that and on the splits."""

import asyncio
from typing import Any

import pytest

from tests.pipeline.integration.world import (
    ANY,
    DIRECTOR,
    FIRST,
    MANAGER,
    OTHER_REP,
    REP,
    Json,
    World,
    euros,
    named,
)

HELPER = {"member_id": OTHER_REP.sub}


async def joined(world: World, deal: Json, **fields: Any) -> Json:
    """The other rep on the team of the rep's deal."""
    return await world.post(f"/v1/deals/{deal['id']}/team", {**HELPER, **fields}, REP)


def kinds(events: list[Json]) -> list[str]:
    return [each["type"].rsplit(".", 1)[1] for each in events]


async def test_who_is_on_the_team_sees_the_deal_and_changes_nothing(world: World) -> None:
    deal = await world.deal(REP)
    hidden = await world.deal(REP)
    path = f"/v1/deals/{deal['id']}"

    member = await joined(world, deal, role="legal")

    assert (member["role"], member["access"], member["added_by"]) == ("legal", "read", REP.sub)
    seen = await world.get(path, OTHER_REP)
    assert seen["team_ids"] == [OTHER_REP.sub]
    assert [each["id"] for each in (await world.get("/v1/deals", OTHER_REP))["items"]] == [deal["id"]]
    assert (await world.get(f"{path}/needs", OTHER_REP))["items"] == []
    summary = await world.get("/v1/pipeline/summary", OTHER_REP)
    assert summary["totals"]["open_deals"] == 1
    assert (await world.refusal("GET", f"/v1/deals/{hidden['id']}", by=OTHER_REP))[0] == 404
    for method, tail, body in (
        ("PATCH", "", {"name": "Mine"}),
        ("POST", "/stage", {"stage": "Proposal"}),
        ("POST", "/needs", {"words": "x"}),
    ):
        assert (await world.refusal(method, path + tail, body, OTHER_REP))[0] == 404


async def test_who_may_edit_changes_the_deal_but_not_whose_it_is(world: World) -> None:
    deal = await world.deal(REP)
    path = f"/v1/deals/{deal['id']}"
    await joined(world, deal, access="edit")
    seen = {"If-Match": '"2"'}

    edited = await world.send("PATCH", path, OTHER_REP, json={"name": "Ours"}, headers=seen)
    moved = await world.send("POST", f"{path}/stage", OTHER_REP, json={"stage": "Proposal"}, headers=ANY)
    taken = await world.refusal("PATCH", path, {"owner_id": OTHER_REP.sub}, OTHER_REP, **seen)
    along = {"stage": "Negotiation", "fields": {"owner_id": OTHER_REP.sub}}

    assert (edited.status_code, moved.status_code) == (200, 200), edited.text
    assert taken == (403, "forbidden", [("/owner_id", "forbidden")])
    assert (await world.refusal("POST", f"{path}/stage", along, OTHER_REP))[0] == 403
    assert (await world.refusal("POST", f"{path}/team", {"member_id": MANAGER.sub}, OTHER_REP))[:2] == (
        403,
        "forbidden",
    )
    assert (await world.refusal("PUT", f"{path}/splits", {}, OTHER_REP))[0] == 403
    assert (await world.get(path, REP))["owner_id"] == REP.sub


async def test_a_manager_on_the_team_of_anothers_deal_cannot_take_it(world: World) -> None:
    deal = await world.deal(OTHER_REP)
    path = f"/v1/deals/{deal['id']}"
    member = {"member_id": MANAGER.sub, "access": "edit"}
    await world.post(f"{path}/team", member, OTHER_REP)
    seen = {"If-Match": '"2"'}

    taken = await world.refusal("PATCH", path, {"owner_id": MANAGER.sub}, MANAGER, **seen)
    given = await world.send("PATCH", path, DIRECTOR, json={"owner_id": MANAGER.sub}, headers=seen)

    assert taken == (403, "forbidden", [("/owner_id", "forbidden")])
    assert given.status_code == 200


async def test_another_role_or_access_and_the_end_of_it(world: World) -> None:
    deal = await world.deal(REP)
    path = f"/v1/deals/{deal['id']}"
    one = f"{path}/team/{OTHER_REP.sub}"
    made = await world.send("POST", f"{path}/team", REP, json=HELPER)

    changed = await world.send("PATCH", one, REP, json={"access": "edit"}, headers=FIRST)
    late = await world.send("PATCH", one, REP, json={"access": "read"}, headers=FIRST)
    shown = await world.get(one, OTHER_REP)
    left = await world.send("DELETE", one, REP, headers={"If-Match": '"2"'})

    assert (made.status_code, made.headers["Location"], made.headers["ETag"]) == (201, one, '"1"')
    assert (changed.json()["access"], late.status_code, shown) == ("edit", 412, changed.json())
    assert left.status_code == 204
    assert (await world.refusal("GET", path, by=OTHER_REP))[0] == 404
    assert (await world.refusal("GET", one, by=REP))[:2] == (404, "team_member_not_found")
    events = await world.events(deal["id"])
    assert kinds(events) == ["opened", "team_joined", "team_changed", "team_left"]
    assert [each["data"]["team_ids"] for each in events] == [[], [OTHER_REP.sub], [OTHER_REP.sub], []]
    assert events[-1]["data"]["member_id"] == OTHER_REP.sub
    history = (await world.get(f"{path}/history", REP))["changes"]
    assert history[1]["fields"] == {"team_ids": {"from": [], "to": [OTHER_REP.sub]}}
    again = await world.post(f"{path}/team", HELPER, REP)
    assert (await world.get(f"{path}/team", REP))["items"] == [again]


async def test_nobody_joins_twice_though_two_ask_at_once(world: World) -> None:
    deal = await world.deal(REP)
    path = f"/v1/deals/{deal['id']}/team"

    answers = await asyncio.gather(*(world.send("POST", path, REP, json=HELPER) for _ in range(4)))

    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]
    assert (await world.refusal("POST", path, HELPER, REP))[:2] == (409, "already_on_team")


@pytest.mark.parametrize(
    ("member", "refused"),
    [
        (REP.sub, (422, "validation_failed", [("/member_id", "is_owner")])),
        (str(named("nobody")), (422, "reference_unknown", [("/member_id", "reference_unknown")])),
    ],
)
async def test_who_is_not_to_join_is_refused(world: World, member: str, refused: object) -> None:
    deal = await world.deal(REP)

    assert await world.refusal("POST", f"/v1/deals/{deal['id']}/team", {"member_id": member}, REP) == refused


async def test_a_stranger_finds_neither_team_nor_splits_nor_players(world: World) -> None:
    deal = await world.deal(REP)
    path = f"/v1/deals/{deal['id']}"

    for method, tail, body in (
        ("GET", "/team", None),
        ("POST", "/team", HELPER),
        ("GET", "/splits", None),
        ("PUT", "/splits", {}),
        ("GET", "/players", None),
    ):
        refused = await world.refusal(method, path + tail, body, OTHER_REP)
        assert refused[:2] == (404, "deal_not_found")


async def test_all_players_of_a_deal_are_seen_together(world: World) -> None:
    pipeline = await world.post(
        "/v1/pipelines/from-template/three-part", {"supervisors": {"First deals": MANAGER.sub}}
    )
    deal = await world.deal(
        REP,
        pipeline_id=pipeline["id"],
        stage="First deals",
        expected_close="2027-04-01",
        next_step="Call Ann",
    )
    await joined(world, deal, role="sales_engineer")
    await world.work_off()

    players = await world.get(f"/v1/deals/{deal['id']}/players", OTHER_REP)

    assert (players["owner_id"], players["supervisor_id"]) == (REP.sub, MANAGER.sub)
    assert players["team"] == [{"member_id": OTHER_REP.sub, "role": "sales_engineer", "access": "read"}]
    assert (players["stage"], players["expected_close"]) == ("First deals", "2027-04-01")
    assert players["due_at"] == (await world.get(f"/v1/deals/{deal['id']}"))["due_at"] is not None
    assert (players["next_step"], players["overdue"], players["priority"]) == ("Call Ann", False, "normal")


async def test_splits_show_what_each_gets_of_the_amount(world: World) -> None:
    deal = await world.deal(REP, amount={"amount": "100.01", "currency": "USD"})
    path = f"/v1/deals/{deal['id']}/splits"
    await joined(world, deal)
    halves = [{"member_id": REP.sub, "percent": "50"}, {"member_id": OTHER_REP.sub, "percent": "50"}]
    body = {"revenue": halves, "overlay": [{"member_id": OTHER_REP.sub, "percent": "12.5"}]}

    empty = await world.get(path, REP)
    put = await world.send("PUT", path, REP, json=body, headers={"If-Match": '"0"'})
    same = await world.send("PUT", path, REP, json=body, headers=ANY)
    late = await world.send("PUT", path, REP, json={}, headers={"If-Match": '"0"'})

    assert (empty["version"], empty["revenue"]) == (0, [])
    assert put.status_code == 200, put.text
    splits = put.json()
    assert sorted(each["amount"]["amount"] for each in splits["revenue"]) == ["50.00", "50.01"]
    assert {each["percent"] for each in splits["revenue"]} == {"50"}
    assert splits["overlay"][0]["amount"] == {"amount": "12.50", "currency": "USD"}
    assert (splits["overlay_percent"], splits["base_amount"]["currency"]) == ("12.5", "EUR")
    assert (same.json(), late.status_code) == (splits, 412)
    assert put.headers["ETag"] == f'"{splits["version"]}"' == '"3"'
    events = await world.events(deal["id"])
    assert kinds(events) == ["opened", "team_joined", "splits_changed"]
    assert [each["percent"] for each in events[-1]["data"]["revenue"]] == ["50", "50"]


async def test_a_move_of_the_deal_meanwhile_does_not_matter_to_its_splits(world: World) -> None:
    deal = await world.deal(REP, amount=euros("10"))
    path = f"/v1/deals/{deal['id']}"
    mine = {"revenue": [{"member_id": REP.sub, "percent": 100}]}

    first = await world.send("PUT", f"{path}/splits", REP, json=mine, headers=ANY)
    await world.post(f"{path}/stage", {"stage": "Proposal"}, REP)
    after = await world.send(
        "PUT", f"{path}/splits", REP, json={}, headers={"If-Match": first.headers["ETag"]}
    )

    assert (after.status_code, after.json()["revenue"]) == (200, [])


async def test_splits_are_of_the_owner_and_the_team_who_stay_while_they_hold_one(world: World) -> None:
    deal = await world.deal(REP)
    path = f"/v1/deals/{deal['id']}"
    theirs = {"revenue": [{"member_id": OTHER_REP.sub, "percent": "100"}]}

    stranger = await world.refusal("PUT", f"{path}/splits", theirs, REP)
    short = {"revenue": [{"member_id": REP.sub, "percent": "99.9999"}]}
    wrong = await world.refusal("PUT", f"{path}/splits", short, REP)
    await joined(world, deal)
    await world.send("PUT", f"{path}/splits", REP, json=theirs, headers=ANY)
    held = await world.refusal("DELETE", f"{path}/team/{OTHER_REP.sub}", by=REP)

    assert stranger == (422, "not_on_team", [("/revenue/0/member_id", "not_on_team")])
    assert wrong == (422, "validation_failed", [("/revenue", "must_be_100")])
    assert held[:2] == (409, "split_held")


async def test_a_batch_renews_own_deals_only(world: World) -> None:
    item = {"name": "Acme", "source_system": "crm", "external_id": "7"}
    deal = await world.deal(REP, **item)
    await joined(world, deal, access="edit")

    answer = await world.post("/v1/deals/batch", {"items": [{**item, "name": "Mine"}]}, OTHER_REP)

    assert answer["items"][0]["problem"]["code"] == "external_id_taken"
