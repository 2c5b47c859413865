"""Capacity holds whoever gives leads away at the same time: several workers, batches, late answers."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import pytest

from services.leads.due import DUE
from shared.agenda.due_work import do_due_work
from tests.leads.integration.test_sellers import away, described
from tests.leads.integration.world import NOW, OTHER_REP, REP, Json, World, member, named, who

THIRD = who("third rep", "rep", "own", "south")
CAPACITY = {REP.sub: 7, OTHER_REP.sub: 12}
TOGETHER = 5


@pytest.fixture
async def crew(world: World) -> None:
    """Two reps who can take 7 and 12 leads, and one who is absent."""
    await world.consume(member("third rep", "rep", "south"))
    await described(world, REP, capacity=CAPACITY[REP.sub])
    await described(world, OTHER_REP, capacity=CAPACITY[OTHER_REP.sub])
    await described(world, THIRD)
    await away(world, THIRD, days=1)


async def leads_of_everybody(world: World) -> tuple[Counter[str], list[Json]]:
    """Open leads by owner, and those without one."""
    items = (await world.get("/v1/leads", limit=200))["items"]
    owned = Counter(each["owner_id"] for each in items if each["owner_id"])
    return owned, [each for each in items if not each["owner_id"]]


async def worker(world: World) -> None:
    """Takes a few pieces of work at a time, like a worker beside others."""
    while await do_due_work(world.database, DUE, world.now, most=TOGETHER):
        pass


async def assign(world: World, leads: Sequence[Json]) -> None:
    for start in range(0, len(leads), TOGETHER):
        ids = [each["id"] for each in leads[start : start + TOGETHER]]
        await world.post("/v1/leads/assign-batch", {"leads": ids})


async def test_capacity_holds_though_workers_and_batches_give_leads_at_once(world: World, crew: None) -> None:
    leads = await world.load("leads", *({"name": f"Lead {number}"} for number in range(60)))

    await asyncio.gather(worker(world), worker(world), assign(world, leads), assign(world, leads[::-1]))

    owned, waiting = await leads_of_everybody(world)
    assert owned == CAPACITY
    assert len(waiting) == 60 - sum(CAPACITY.values())
    assert all(each["queued_at"] for each in waiting)


async def test_capacity_holds_when_late_leads_and_new_ones_look_for_an_owner_at_once(
    world: World, crew: None
) -> None:
    policy = {"name": "quick", "minutes": 1, "counted": "always", "on_breach": "reassign", "position": 0}
    await world.post("/v1/response-policies", policy)
    await described(world, THIRD, capacity=100)
    await world.load(
        "leads", *({"name": f"Late {number}", "owner_id": str(named("third rep"))} for number in range(12))
    )
    await worker(world)
    world.now = NOW + timedelta(minutes=1)
    new = await world.load("leads", *({"name": f"New {number}"} for number in range(12)))

    await asyncio.gather(worker(world), worker(world), assign(world, new))

    owned, _ = await leads_of_everybody(world)
    assert {rep: owned[rep] for rep in CAPACITY} == CAPACITY
