"""Leads wait in queues until somebody claims them: one winner, nobody forgotten."""

import asyncio
from datetime import timedelta
from typing import Any

from shared.contracts.identity import Identity
from tests.leads.integration.test_routing import latest, nobody_sells, routed
from tests.leads.integration.world import (
    DIRECTOR,
    MANAGER,
    NOW,
    OPS,
    OTHER_REP,
    REP,
    Json,
    World,
    iso,
    member,
    named,
    who,
)


async def queue(world: World, **fields: Any) -> Json:
    """A new queue, with a rule that puts every lead into it."""
    made = await world.post("/v1/lead-queues", {"name": "Fair leads", **fields})
    action = {"type": "queue", "queue_id": made["id"]}
    await world.post("/v1/routing-rules", {"name": "fair", "action": action})
    return made


async def waiting(world: World, by: Identity, **query: Any) -> list[str]:
    """The ids of the leads the caller sees waiting, in order."""
    return [each["id"] for each in (await world.get("/v1/leads/queue", by, **query))["items"]]


async def alerts(world: World, lead: Json) -> int:
    """How often it was told that the lead waits too long."""
    types = [each["type"] for each in await world.events(lead["id"])]
    return types.count("leads.lead.queue_overdue")


async def test_members_of_a_queue_see_its_leads_and_others_do_not(world: World) -> None:
    made = await queue(world, team_ids=[str(named("north"))])
    lead = await routed(world)

    assert await waiting(world, REP) == await waiting(world, REP, queue_id=made["id"]) == [lead["id"]]
    assert await waiting(world, OTHER_REP) == []
    assert (await world.get(f"/v1/leads/{lead['id']}", REP))["queue_id"] == made["id"]
    assert (await world.refusal("GET", f"/v1/leads/{lead['id']}", by=OTHER_REP))[0] == 404
    assert await waiting(world, MANAGER) == await waiting(world, DIRECTOR) == [lead["id"]]
    assert await waiting(world, OPS) == []
    assert (await world.get("/v1/leads", REP))["items"] == []


async def test_the_longest_waiting_lead_comes_first_with_its_age(world: World) -> None:
    await queue(world, open_to_all=True)
    first = await routed(world)
    world.now += timedelta(hours=1)
    second = await routed(world)
    world.now += timedelta(hours=2)

    items = (await world.get("/v1/leads/queue", REP))["items"]

    assert [(each["id"], each["waiting_hours"]) for each in items] == [(first["id"], 3), (second["id"], 2)]


async def test_a_waiting_lead_is_claimed_before_it_is_worked(world: World) -> None:
    await queue(world, member_ids=[REP.sub])
    lead = await routed(world)
    path = f"/v1/leads/{lead['id']}"
    assert (await world.refusal("POST", f"{path}/qualify", {}, REP))[:2] == (409, "lead_queued")

    claimed = await world.post(f"{path}/claim", by=REP)

    assert (claimed["owner_id"], claimed["queue_id"], claimed["queued_at"]) == (REP.sub, None, None)
    assert claimed["assignment"]["reason"] == "claimed from the queue"
    assert (await latest(world, lead))["how"] == "claim"
    assert (await world.events(lead["id"]))[-1]["type"] == "leads.lead.assigned"
    assert (await world.post(f"{path}/claim", by=REP))["version"] == claimed["version"]
    assert (await world.post(f"{path}/qualify", by=REP))["status"] == "qualified"


async def test_of_twenty_who_claim_a_lead_at_once_one_wins(world: World) -> None:
    names = [f"seller {number}" for number in range(20)]
    await world.consume(*(member(name, "rep", "north-1") for name in names))
    await queue(world, open_to_all=True)
    lead = await routed(world)
    sellers = [who(name, "rep", "own", "north-1") for name in names]

    answers = await asyncio.gather(
        *(world.send("POST", f"/v1/leads/{lead['id']}/claim", by, json={}) for by in sellers)
    )

    winners = [answer.json()["owner_id"] for answer in answers if answer.status_code == 200]
    losers = [answer.json()["code"] for answer in answers if answer.status_code != 200]
    assert winners == [(await world.get(f"/v1/leads/{lead['id']}"))["owner_id"]]
    assert losers == ["already_claimed"] * 19


async def test_what_was_never_in_ones_queues_is_not_there_to_be_claimed(world: World) -> None:
    await queue(world, member_ids=[REP.sub])
    lead = await routed(world)
    await world.post(f"/v1/leads/{lead['id']}/claim", by=REP)

    assert (await world.refusal("POST", f"/v1/leads/{lead['id']}/claim", {}, OTHER_REP))[:2] == (
        404,
        "lead_not_found",
    )


async def test_a_lead_that_is_held_is_claimed_by_nobody_else_until_the_time_is_over(world: World) -> None:
    await queue(world, open_to_all=True)
    lead = await routed(world)
    path = f"/v1/leads/{lead['id']}"

    held = await world.post(f"{path}/lease", {"minutes": 10}, REP)

    assert (held["leased_by"], held["leased_until"]) == (REP.sub, iso(NOW + timedelta(minutes=10)))
    for way in ("claim", "lease"):
        assert (await world.refusal("POST", f"{path}/{way}", {}, OTHER_REP))[:2] == (409, "lead_leased")
    world.now += timedelta(minutes=10)
    await world.work_off()
    assert (await world.get(path))["leased_by"] is None
    assert (await world.post(f"{path}/claim", by=OTHER_REP))["owner_id"] == OTHER_REP.sub


async def test_who_holds_a_lead_may_claim_it_or_let_it_go(world: World) -> None:
    await queue(world, open_to_all=True)
    first, second = await routed(world), await routed(world)
    for lead in (first, second):
        await world.post(f"/v1/leads/{lead['id']}/lease", by=REP)

    claimed = await world.post(f"/v1/leads/{first['id']}/claim", by=REP)
    free = await world.post(f"/v1/leads/{second['id']}/release", by=REP)

    assert (claimed["owner_id"], claimed["leased_by"]) == (REP.sub, None)
    assert (free["leased_by"], free["queue_id"]) == (None, second["queue_id"])
    await world.work_off(at=NOW + timedelta(hours=1))
    steps = (await world.get(f"/v1/leads/{first['id']}/history"))["items"]
    assert "lease_ended" not in [step["what"] for step in steps]


async def test_a_claimed_lead_goes_back_to_the_end_of_its_queue(world: World) -> None:
    made = await queue(world, open_to_all=True)
    first, second = await routed(world), await routed(world)
    await world.post(f"/v1/leads/{first['id']}/claim", by=REP)
    world.now += timedelta(minutes=5)

    back = await world.post(f"/v1/leads/{first['id']}/release", {"reason": "not my field"}, REP)

    assert (back["owner_id"], back["queue_id"], back["queue_reason"]) == (None, made["id"], "not my field")
    assert await waiting(world, OTHER_REP) == [second["id"], first["id"]]
    own = await world.lead(REP)
    refusal = await world.refusal("POST", f"/v1/leads/{own['id']}/release", {}, REP)
    assert refusal[:2] == (409, "not_claimed")


async def test_a_lead_that_waits_too_long_is_told_of_once(world: World) -> None:
    await queue(world, open_to_all=True, alert_after_hours=2)
    patient, claimed = await routed(world), await routed(world)
    await world.post(f"/v1/leads/{claimed['id']}/claim", by=REP)

    await world.work_off(at=NOW + timedelta(hours=2) - timedelta(seconds=1))
    assert await alerts(world, patient) == 0
    await world.work_off(at=NOW + timedelta(hours=2))
    await world.work_off(at=NOW + timedelta(hours=9))

    assert (await alerts(world, patient), await alerts(world, claimed)) == (1, 0)


async def test_another_queue_may_become_the_default_one(world: World) -> None:
    (seeded,) = (await world.get("/v1/lead-queues", is_default="true"))["items"]
    made = await world.post("/v1/lead-queues", {"name": "Desk"})
    refusal = await world.refusal("PATCH", f"/v1/lead-queues/{seeded['id']}", {"active": False}, version=1)
    assert refusal[:2] == (409, "state_conflict")

    await world.patch(f"/v1/lead-queues/{made['id']}", {"is_default": True}, 1)

    await nobody_sells(world)
    assert (await routed(world))["queue_id"] == made["id"]
    taken = await world.refusal("POST", "/v1/lead-queues", {"name": "desk"})
    assert taken[:2] == (409, "name_taken")


async def test_a_rep_reads_leads_with_as_many_statements_as_before(world: World) -> None:
    lead = await world.lead(REP)

    async with world.statements() as asked:
        await world.get(f"/v1/leads/{lead['id']}", REP)
        await world.get("/v1/leads", REP)

    assert len(asked) == 2
