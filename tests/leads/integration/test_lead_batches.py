"""Leads loaded by members from other systems."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import orjson

from tests.leads.integration.world import DIRECTOR, NOW, OTHER_REP, REP, World, iso


def loaded(n: int, **fields: object) -> dict[str, object]:
    return {"source_system": "crm", "external_id": str(n), "name": f"Person {n}", **fields}


async def test_a_thousand_leads_are_a_handful_of_statements(world: World) -> None:
    items = [loaded(n, owner_id=REP.sub, created_at=iso(NOW - timedelta(days=n))) for n in range(1000)]

    async with world.statements() as asked:
        first = await world.load("leads", *items)
    second = await world.load("leads", *items)

    assert len(asked) == 4
    assert {result["status"] for result in first} == {"created"}
    assert {result["status"] for result in second} == {"unchanged"}
    assert await world.count("outbox") == await world.count("lead_history") == 1000


async def test_a_loaded_lead_came_up_when_it_came_up(world: World) -> None:
    came = NOW - timedelta(days=400)

    (result,) = await world.load("leads", loaded(1, created_at=iso(came)))

    (event,) = await world.events(result["id"])
    assert (await world.get(f"/v1/leads/{result['id']}"))["created_at"] == iso(came)
    assert (event["time"], event["data"]["created_at"]) == (iso(came), iso(came))


async def test_each_item_is_judged_by_itself(world: World) -> None:
    results = await world.load(
        "leads",
        loaded(1),
        {"name": "Bad", "email": "nope"},
        {"source": "nobody is named"},
        {"name": "Owner", "owner_id": str(uuid4())},
        {"name": "Future", "created_at": iso(NOW + timedelta(days=1))},
        {"name": "Odd", "colour": "red"},
        {"name": "No origin"},
        loaded(1, company="Initech"),
        7,
    )

    assert [result["status"] for result in results] == (
        ["created", *["rejected"] * 5, "created", "updated", "rejected"]
    )
    assert [result["problem"]["errors"][0]["pointer"] for result in results[1:6]] == [
        "/email",
        "/name",
        "/owner_id",
        "/created_at",
        "/colour",
    ]


async def test_a_rep_loads_only_for_the_rep(world: World) -> None:
    own, others = await world.load("leads", {"name": "A"}, {"name": "B", "owner_id": OTHER_REP.sub}, by=REP)

    assert (await world.get(f"/v1/leads/{own['id']}"))["owner_id"] == REP.sub
    assert (others["status"], others["problem"]["code"]) == ("rejected", "forbidden")


async def test_a_new_owner_in_a_later_load_takes_over(world: World) -> None:
    (first,) = await world.load("leads", loaded(1, owner_id=REP.sub))

    (second,) = await world.load("leads", loaded(1, owner_id=OTHER_REP.sub))

    assert second["status"] == "updated"
    assert (await world.get(f"/v1/leads/{first['id']}", OTHER_REP))["owner_id"] == OTHER_REP.sub


async def test_a_loaded_lead_ends_as_it_ended_elsewhere(world: World) -> None:
    came, ended = NOW - timedelta(days=400), NOW - timedelta(days=390)
    won, lost = await world.load("leads", *(loaded(n, created_at=iso(came)) for n in (1, 2)))
    path = f"/v1/leads/{won['id']}/outcome"

    one = await world.post(path, {"converted": True, "at": iso(ended)})
    two = await world.post(f"/v1/leads/{lost['id']}/outcome", {"converted": False, "at": iso(ended)})
    again = await world.refusal("POST", path, {"converted": True, "at": iso(ended)})

    event = (await world.events(won["id"]))[-1]
    assert (one["status"], one["converted_at"], one["account_id"]) == ("converted", iso(ended), None)
    assert (two["status"], two["disqualified_at"]) == ("disqualified", iso(ended))
    assert (event["type"], event["time"]) == ("leads.lead.converted", iso(ended))
    assert event["data"]["deal"] is None
    assert again[:2] == (409, "lead_not_open")


async def test_a_lead_does_not_end_before_it_came_up(world: World) -> None:
    lead = await world.lead()
    before = {"converted": True, "at": iso(NOW - timedelta(days=1))}

    refusal = await world.refusal("POST", f"/v1/leads/{lead['id']}/outcome", before)

    assert refusal == (422, "validation_failed", [("/at", "out_of_range")])


async def test_overlapping_loads_at_once_make_each_lead_once(world: World) -> None:
    batches = [[loaded(n) for n in range(start, start + 150)] for start in (0, 50, 100, 0, 50, 100)]

    results = await asyncio.gather(*(world.load("leads", *batch, by=DIRECTOR) for batch in batches))

    statuses = [result["status"] for batch in results for result in batch]
    assert statuses.count("created") == await world.count("lead") == 250
    assert statuses.count("unchanged") == 6 * 150 - 250


async def test_a_stream_of_leads_is_answered_line_by_line(world: World) -> None:
    lines = [orjson.dumps(loaded(n)) for n in range(1200)]
    lines[3] = b"{broken"
    headers = {"Content-Type": "application/x-ndjson"}

    answer = await world.send("POST", "/v1/leads/batch", content=b"\n".join(lines), headers=headers)

    results = [orjson.loads(line) for line in answer.content.splitlines()]
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert [result["index"] for result in results] == list(range(1200))
    assert results[3]["problem"]["code"] == "malformed_json"
    assert {result["status"] for result in results} == {"created", "rejected"}
    assert await world.count("lead") == 1199
