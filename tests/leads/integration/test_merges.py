"""Several records become one, and stand for themselves again when that was wrong."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from tests.leads.integration.world import (
    DIRECTOR,
    MANAGER,
    NOW,
    OTHER_REP,
    PARTNER,
    REP,
    Json,
    World,
    euros,
    iso,
    named,
    pushed,
)


def order(kind: str, winner: Json, *losers: Json, **more: Any) -> Json:
    ids = [loser["id"] for loser in losers]
    return {"kind": kind, "winner_id": winner["id"], "loser_ids": ids, **more}


async def merged(world: World, kind: str, winner: Json, *losers: Json, **more: Any) -> Json:
    return await world.post("/v1/merges", order(kind, winner, *losers, **more))


async def test_the_winner_takes_over_what_it_lacks(world: World) -> None:
    winner = await world.lead(name="A. Lee", email="ann@acme.example", tags=["fair"], city="Berlin")
    loser = await world.lead(
        first_name="Ann", last_name="Lee", name=None, email="ann.lee@acme.example", phone="+4930123456",
        tags=["fair", "vip"], country="DE", city="Potsdam", postal_code="14467", attributes={"size": 3},
        expected_value=euros("100"),
    )  # fmt: skip

    merge = await merged(world, "lead", winner, loser, note="same person")

    after = await world.get(f"/v1/leads/{winner['id']}")
    assert (after["name"], after["first_name"], after["email"]) == ("Ann Lee", "Ann", "ann@acme.example")
    assert (after["country"], after["city"], after["postal_code"]) == ("DE", "Potsdam", "14467")
    assert (after["phone"], after["tags"], after["attributes"]) == (
        "+4930123456",
        ["fair", "vip"],
        {"size": 3},
    )
    assert after["expected_value"] == euros("100.00")
    assert (merge["status"], merge["note"], merge["written"]["city"]) == (
        "done", "same person", ["Berlin", "Potsdam"],
    )  # fmt: skip


async def test_a_field_is_kept_from_the_record_that_is_chosen(world: World) -> None:
    winner = await world.lead(email="ann@acme.example", notes="Called.", tags=["a"])
    loser = await world.lead(email="lee@acme.example", notes="Wrote.", tags=["b"])
    fields = {"email": loser["id"], "notes": "union", "tags": winner["id"]}

    await merged(world, "lead", winner, loser, fields=fields)

    after = await world.get(f"/v1/leads/{winner['id']}")
    assert (after["email"], after["notes"], after["tags"]) == ("lee@acme.example", "Called.\n\nWrote.", ["a"])


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"score": str(named("x"))}, ("/fields/score", "unknown_field")),
        ({"email": str(named("x"))}, ("/fields/email", "unknown_record")),
        ({"email": "union"}, ("/fields/email", "no_union")),
        ({"city": str(named("x"))}, ("/fields/city", "unknown_field")),
    ],
)
async def test_an_impossible_choice_is_refused(world: World, fields: Json, fault: tuple[str, str]) -> None:
    winner, loser = await world.lead(), await world.lead()

    refusal = await world.refusal("POST", "/v1/merges", order("lead", winner, loser, fields=fields))

    assert refusal == (422, "validation_failed", [fault])


async def test_a_preview_shows_the_result_and_writes_nothing(world: World) -> None:
    winner = await world.lead(email="ann@acme.example")
    loser = await world.lead(phone="+4930123456")
    await world.post("/v1/activities", {"type": "task", "lead_id": loser["id"]})

    preview = await world.post("/v1/merges/preview", order("lead", winner, loser))

    assert (preview["result"]["phone"], preview["changed"]) == ("+4930123456", ["phone"])
    assert [each["value"] for each in preview["alternatives"]["email"]] == ["ann@acme.example", None]
    assert preview["moved"] == {"activities": 1, "touches": 1, "consents": 0, "needs": 0, "deals": 0}
    assert await world.count("merge") == 0
    assert (await world.get(f"/v1/leads/{winner['id']}"))["version"] == winner["version"]


async def test_a_loser_stays_readable_but_is_no_longer_listed_or_changed(world: World) -> None:
    winner, loser = await world.lead(), await world.lead()
    await merged(world, "lead", winner, loser)

    shown = await world.get(f"/v1/leads/{loser['id']}")

    assert shown["merged_into"] == winner["id"]
    assert [each["id"] for each in (await world.get("/v1/leads"))["items"]] == [winner["id"]]
    mine = await world.get("/v1/leads", merged_into=winner["id"])
    assert [each["id"] for each in mine["items"]] == [loser["id"]]
    for path in ("qualify", "assign"):
        answer = await world.send(
            "POST", f"/v1/leads/{loser['id']}/{path}", json={}, headers={"If-Match": "*"}
        )
        assert (answer.status_code, answer.json()["code"]) == (409, "record_merged")
        assert answer.json()["merged_into"] == winner["id"]
    patch = await world.refusal(
        "PATCH", f"/v1/leads/{loser['id']}", {"city": "Bonn"}, version=shown["version"]
    )
    assert patch[:2] == (409, "record_merged")


async def test_a_lead_is_as_far_as_the_furthest_of_those_it_is_made_of(world: World) -> None:
    winner = await world.lead()
    loser = await world.lead()
    await world.post(
        "/v1/activities", {"type": "call", "lead_id": loser["id"], "done_at": iso(NOW - timedelta(hours=1))}
    )
    await world.post(f"/v1/leads/{loser['id']}/qualify")

    await merged(world, "lead", winner, loser)

    after = await world.get(f"/v1/leads/{winner['id']}")
    assert (after["status"], after["first_contact_at"]) == ("qualified", iso(NOW - timedelta(hours=1)))


async def test_everything_linked_to_the_losers_is_the_winners(world: World) -> None:
    winner = await world.post("/v1/accounts", {"name": "Acme"})
    loser = await world.post("/v1/accounts", {"name": "Acme Inc", "industry": "robots"})
    child = await world.post("/v1/accounts", {"name": "Acme East", "parent_id": loser["id"]})
    contact = await world.post("/v1/contacts", {"name": "Ann Lee", "account_id": loser["id"]})
    task = await world.post("/v1/activities", {"type": "task", "account_id": loser["id"]})
    lead = await world.qualified()
    await world.post(f"/v1/leads/{lead['id']}/convert", {"account_id": loser["id"]})

    merge = await merged(world, "account", winner, loser)

    assert merge["moved"] == {"activities": 1, "contacts": 2, "children": 1, "leads": 1, "needs": 0}
    for path, link in (
        (f"/v1/accounts/{child['id']}", "parent_id"),
        (f"/v1/contacts/{contact['id']}", "account_id"),
        (f"/v1/activities/{task['id']}", "account_id"),
        (f"/v1/leads/{lead['id']}", "account_id"),
    ):
        assert (await world.get(path))[link] == winner["id"]
    assert (await world.get(f"/v1/accounts/{winner['id']}"))["industry"] == "robots"


async def test_an_undone_merge_gives_back_what_was_and_keeps_what_came_since(world: World) -> None:
    winner = await world.lead(email=None)
    loser = await world.lead(email="ann@acme.example", phone="+4930123456")
    old = await world.post("/v1/activities", {"type": "task", "lead_id": loser["id"]})
    merge = await merged(world, "lead", winner, loser)
    since = await world.post("/v1/activities", {"type": "task", "lead_id": winner["id"]})
    version = (await world.get(f"/v1/leads/{winner['id']}"))["version"]
    await world.patch(f"/v1/leads/{winner['id']}", {"phone": "+4930999999"}, version)

    undone = await world.post(f"/v1/merges/{merge['id']}/undo")

    after = await world.get(f"/v1/leads/{winner['id']}")
    assert (after["email"], after["phone"]) == (None, "+4930999999")
    assert (undone["status"], [each["field"] for each in undone["not_restored"]]) == ("undone", ["phone"])
    assert (await world.get(f"/v1/leads/{loser['id']}"))["merged_into"] is None
    assert (await world.get(f"/v1/activities/{old['id']}"))["lead_id"] == loser["id"]
    assert (await world.get(f"/v1/activities/{since['id']}"))["lead_id"] == winner["id"]
    assert (await world.refusal("POST", f"/v1/merges/{merge['id']}/undo", {}))[:2] == (409, "state_conflict")


async def test_a_chain_is_undone_from_its_end(world: World) -> None:
    first, second, third = await world.lead(), await world.lead(), await world.lead(phone="+4930123456")
    inner = await merged(world, "lead", second, third)
    outer = await merged(world, "lead", first, second)

    refused = await world.refusal("POST", f"/v1/merges/{inner['id']}/undo", {})
    await world.post(f"/v1/merges/{outer['id']}/undo")
    await world.post(f"/v1/merges/{inner['id']}/undo")

    assert refused[:2] == (409, "merge_not_undoable")
    shown = [await world.get(f"/v1/leads/{each['id']}") for each in (first, second, third)]
    assert [each["phone"] for each in shown] == [None, None, "+4930123456"]
    assert [each["merged_into"] for each in shown] == [None, None, None]


async def test_a_winner_converted_since_keeps_what_it_is_made_of(world: World) -> None:
    winner, loser = await world.qualified(), await world.lead()
    merge = await merged(world, "lead", winner, loser)
    await world.post(f"/v1/leads/{winner['id']}/convert")

    refusal = await world.refusal("POST", f"/v1/merges/{merge['id']}/undo", {})

    assert refusal[:2] == (409, "merge_not_undoable")


async def test_leads_that_became_different_accounts_do_not_become_one(world: World) -> None:
    one, other = await world.qualified(company="Acme"), await world.qualified(company="Initech")
    for lead in (one, other):
        await world.post(f"/v1/leads/{lead['id']}/convert")

    refusal = await world.refusal("POST", "/v1/merges", order("lead", one, other))

    assert refusal[:2] == (409, "merge_conflict")


async def test_an_open_lead_with_a_converted_twin_is_converted_with_it(world: World) -> None:
    winner, loser = await world.lead(), await world.qualified(company="Acme")
    became = await world.post(f"/v1/leads/{loser['id']}/convert")

    await merged(world, "lead", winner, loser)

    after = await world.get(f"/v1/leads/{winner['id']}")
    assert (after["status"], after["account_id"]) == ("converted", became["account_id"])


async def test_a_winner_below_a_loser_is_refused_and_a_child_becomes_a_root(world: World) -> None:
    top = await world.post("/v1/accounts", {"name": "Top"})
    middle = await world.post("/v1/accounts", {"name": "Middle", "parent_id": top["id"]})
    low = await world.post("/v1/accounts", {"name": "Low", "parent_id": middle["id"]})

    assert (await world.refusal("POST", "/v1/merges", order("account", low, top)))[:2] == (
        409,
        "merge_conflict",
    )
    await merged(world, "account", middle, top)

    assert (await world.get(f"/v1/accounts/{middle['id']}"))["parent_id"] is None
    assert (await world.get(f"/v1/accounts/{low['id']}"))["parent_id"] == middle["id"]


async def test_both_ids_are_told_and_no_names(world: World) -> None:
    winner = await world.post("/v1/contacts", {"name": "Ann Lee"})
    loser = await world.post("/v1/contacts", {"name": "Anne Lee", "email": "ann@acme.example"})

    merge = await merged(world, "contact", winner, loser)
    await world.post(f"/v1/merges/{merge['id']}/undo")

    told = await world.events(loser["id"])
    assert [each["type"] for each in told] == ["leads.contact.merged", "leads.contact.unmerged"]
    assert (told[0]["data"]["merged_into"], told[0]["data"]["merge_id"]) == (winner["id"], merge["id"])
    assert told[1]["data"]["unmerged_from"] == winner["id"]
    assert "Anne" not in str(told)


async def test_leads_tell_who_became_part_of_whom(world: World) -> None:
    winner, loser = await world.lead(), await world.lead(phone="+4930123456")

    await merged(world, "lead", winner, loser)

    assert [each["type"] for each in await world.events(loser["id"])][-1] == "leads.lead.merged"
    assert [each["type"] for each in await world.events(winner["id"])][-1] == "leads.lead.changed"
    steps = (await world.get(f"/v1/leads/{winner['id']}/history"))["items"]
    assert steps[-1]["what"] == "absorbed"


async def test_merging_from_both_sides_at_once_makes_one_merge(world: World) -> None:
    one, other = await world.lead(), await world.lead()
    orders = [order("lead", one, other), order("lead", other, one)] * 4

    answers = await asyncio.gather(
        *(world.send("POST", "/v1/merges", json=each, headers={"If-Match": "*"}) for each in orders)
    )

    assert sorted(each.status_code for each in answers) == [201] + [409] * 7
    assert await world.count("merge") == 1


async def test_a_rep_merges_what_is_the_reps_own(world: World) -> None:
    mine, also_mine = await world.lead(REP), await world.lead(REP)
    others = await world.lead(OTHER_REP)

    refused = await world.refusal("POST", "/v1/merges", order("lead", mine, others), REP)
    merge = await world.post("/v1/merges", order("lead", mine, also_mine), REP)

    assert refused == (422, "reference_unknown", [("/loser_ids/0", "reference_unknown")])
    assert (await world.get(f"/v1/merges/{merge['id']}", MANAGER))["id"] == merge["id"]
    assert (await world.refusal("GET", f"/v1/merges/{merge['id']}", by=OTHER_REP))[0] == 404
    assert (await world.get("/v1/merges", OTHER_REP))["items"] == []
    assert len((await world.get("/v1/merges", DIRECTOR))["items"]) == 1


async def test_merging_decides_the_pair_and_undoing_opens_it_again(world: World) -> None:
    one, other = await world.lead(email="a@acme.example"), await world.lead(email="a@acme.example")
    await world.work_off()

    merge = await merged(world, "lead", one, other)
    (pair,) = (await world.get("/v1/duplicates"))["items"]
    assert (pair["status"], pair["merge_id"]) == ("merged", merge["id"])

    await world.post(f"/v1/merges/{merge['id']}/undo")
    await world.work_off()
    (pair,) = (await world.get("/v1/duplicates"))["items"]
    assert (pair["status"], pair["merge_id"]) == ("open", None)


async def test_the_merged_are_not_found_as_duplicates(world: World) -> None:
    one, other = await world.lead(email="a@acme.example"), await world.lead(email="a@acme.example")
    await merged(world, "lead", one, other)

    third = await world.lead(email="a@acme.example")

    found = (await world.get(f"/v1/leads/{third['id']}/duplicates"))["items"]
    assert [each["id"] for each in found] == [one["id"]]
    async with world.database.reading() as connection:
        active = await connection.scalar(text("SELECT count(*) FROM match_key WHERE active"))
    assert active == 2


async def test_a_push_of_a_merged_lead_reaches_the_winner(world: World) -> None:
    winner = await world.lead(email="ann@acme.example")
    receipt = await world.push(pushed("7", email="lee@acme.example"))
    loser = await world.get(f"/v1/leads/{receipt['id']}")
    world.now += timedelta(minutes=1)
    await merged(world, "lead", winner, loser)
    world.now += timedelta(minutes=1)

    again = await world.push(pushed("7", email="other@acme.example", job_title="CEO"))

    after = await world.get(f"/v1/leads/{winner['id']}")
    assert again["status"] == "updated"
    assert (after["job_title"], after["email"]) == ("CEO", "ann@acme.example")
    assert await world.count("lead") == 2
    world.now += timedelta(minutes=1)
    await world.post(f"/v1/leads/{winner['id']}/qualify")
    told = await world.get("/v1/partner/leads/7", PARTNER)
    assert (told["id"], told["status"]) == (loser["id"], "qualified")
    assert [each["what"] for each in told["timeline"]] == ["received", "merged", "updated", "qualified"]


async def test_two_references_of_one_lead_in_one_batch_are_applied_in_order(world: World) -> None:
    first, second = await world.push_all(pushed("1", job_title="CTO"), pushed("2"))
    winner, loser = ({"id": each["id"]} for each in (first, second))
    await merged(world, "lead", winner, loser)

    results = await world.push_all(pushed("2", city="Bonn", job_title="CEO"), pushed("1", region="NRW"))

    after = await world.get(f"/v1/leads/{winner['id']}")
    assert [each["status"] for each in results] == ["updated", "updated"]
    assert (after["city"], after["region"], after["job_title"]) == ("Bonn", "NRW", "CTO")


async def test_loading_a_merged_record_again_fills_gaps_of_the_winner(world: World) -> None:
    winner = await world.post("/v1/accounts", {"name": "Acme"})
    row = {"name": "Acme Inc", "source_system": "erp", "external_id": "1"}
    (loaded,) = await world.load("accounts", row)
    await merged(world, "account", winner, {"id": loaded["id"]})

    (again,) = await world.load("accounts", {**row, "industry": "robots"})

    after = await world.get(f"/v1/accounts/{winner['id']}")
    assert (again["status"], again["id"]) == ("updated", winner["id"])
    assert (after["name"], after["industry"]) == ("Acme", "robots")


async def test_speaking_with_a_merged_lead_is_speaking_with_the_winner(world: World) -> None:
    winner, loser = await world.lead(), await world.lead()
    await merged(world, "lead", winner, loser)

    await world.post("/v1/activities", {"type": "call", "lead_id": loser["id"], "done_at": iso(NOW)})

    assert (await world.get(f"/v1/leads/{winner['id']}"))["status"] == "contacted"


async def test_a_channel_that_is_shut_for_one_of_them_stays_shut(world: World) -> None:
    winner, loser = await world.lead(), await world.lead()
    said = {"channel": "email", "state": "withdrawn", "basis": "consent"}
    where = f"/v1/leads/{loser['id']}/consents"
    assert (await world.send("PUT", where, json={"items": [said]})).status_code == 200

    await merged(world, "lead", winner, loser, fields={"notes": winner["id"]})

    assert (await world.get(f"/v1/leads/{winner['id']}"))["do_not_contact"] == ["email"]
    async with world.database.reading() as connection:
        rows = await connection.execute(text("SELECT lead_id::text FROM consent"))
    assert [row[0] for row in rows] == [winner["id"]]


async def test_what_was_planned_for_a_lead_that_was_merged_is_not_done(world: World) -> None:
    winner, loser = await world.lead(), await world.lead()
    await merged(world, "lead", winner, loser)

    await world.work_off(at=NOW + timedelta(days=30))

    assert (await world.get(f"/v1/leads/{loser['id']}"))["owner_id"] is None
    async with world.database.reading() as connection:
        failed = await connection.scalar(text("SELECT count(*) FROM agenda_entry WHERE attempts > 0"))
    assert failed == 0
