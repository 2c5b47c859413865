"""Leads nobody could take are given out once somebody can; limits are passed over for a reason only."""

from datetime import timedelta
from typing import Any

from services.leads.due import DUE
from services.leads.seller.domain import ROOM
from shared.agenda.domain import Due
from tests.leads.integration.test_routing import latest, routed
from tests.leads.integration.test_sellers import away, described
from tests.leads.integration.world import ANY, OTHER_REP, REP, Json, World, leaves, named


async def only_rep(world: World, **profile: Any) -> None:
    """The one who sells, described like this."""
    await world.consume(leaves("other rep", "rep"))
    await described(world, REP, **profile)


async def owner(world: World, lead: Json) -> str | None:
    found: str | None = (await world.get(f"/v1/leads/{lead['id']}"))["owner_id"]
    return found


async def test_leads_wait_until_an_absence_ends_and_are_given_out_then(world: World) -> None:
    await only_rep(world)
    await away(world, REP, hours=2)
    lead = await routed(world)
    assert lead["queue_id"] is not None

    await world.work_off(at=world.now + timedelta(hours=1))
    assert await owner(world, lead) is None
    world.now += timedelta(hours=2)
    await world.work_off()

    found = await world.get(f"/v1/leads/{lead['id']}")
    assert (found["owner_id"], found["queue_id"]) == (REP.sub, None)
    trace = await latest(world, lead)
    assert (trace["how"], trace["by"], trace["outcome"]) == ("rule", "system", "assigned")
    assert found["response_due_at"] is not None


async def test_an_absence_that_is_taken_back_gives_out_what_waits(world: World) -> None:
    await only_rep(world)
    absence = await away(world, REP, days=9)
    lead = await routed(world)

    await world.send("DELETE", f"/v1/sellers/{REP.sub}/absences/{absence['id']}", headers=ANY)
    await world.work_off()

    assert await owner(world, lead) == REP.sub


async def test_the_longest_waiting_lead_follows_one_that_ended(world: World) -> None:
    await only_rep(world, capacity=1)
    had = await routed(world)
    first = await routed(world)
    world.now += timedelta(minutes=1)
    second = await routed(world)

    await world.post(f"/v1/leads/{had['id']}/disqualify", {"reason": "no budget"}, REP)
    await world.work_off()

    assert [await owner(world, each) for each in (had, first, second)] == [REP.sub, REP.sub, None]


async def test_more_capacity_gives_out_what_waits(world: World) -> None:
    await only_rep(world, capacity=1)
    await routed(world)
    waiting = [await routed(world) for _ in range(3)]

    await described(world, REP, capacity=3)
    await world.work_off()

    assert [await owner(world, each) is not None for each in waiting] == [True, True, False]


async def test_what_a_member_put_back_or_holds_is_left_there(world: World) -> None:
    await only_rep(world, capacity=0)
    held, released = await routed(world), await routed(world)
    await world.post(f"/v1/leads/{held['id']}/lease", {"minutes": 60}, REP)
    await world.post(f"/v1/leads/{released['id']}/claim", {"override_reason": "knows them"}, REP)
    await world.post(f"/v1/leads/{released['id']}/release", by=REP)

    await described(world, REP, capacity=9)
    await world.work_off()

    assert [await owner(world, each) for each in (held, released)] == [None, None]


async def test_sixty_waiting_leads_take_as_many_statements_as_two(world: World) -> None:
    await only_rep(world, capacity=0)

    async def statements(count: int) -> int:
        await described(world, REP, capacity=0)
        for _ in range(count):
            await world.lead()
        await world.work_off()
        await described(world, REP, capacity=1000)
        async with world.statements() as asked, world.database.transaction() as connection:
            await DUE[ROOM](connection, [Due(ROOM, named("room"), world.now)], world.now)
        return len(asked)

    assert await statements(2) == await statements(60)


async def test_a_rep_claims_over_capacity_only_with_a_reason_that_is_kept(world: World) -> None:
    await only_rep(world, capacity=0)
    lead = await routed(world)
    path = f"/v1/leads/{lead['id']}/claim"

    refused = await world.refusal("POST", path, {}, REP)
    claimed = await world.post(path, {"override_reason": "we met at the fair"}, REP)

    assert refused[:2] == (409, "at_capacity")
    assert claimed["owner_id"] == REP.sub
    trace = await latest(world, lead)
    assert (trace["how"], trace["reason"]) == ("claim", "we met at the fair")
    assert trace["over_capacity"] == "at capacity 0/0 open leads"


async def test_an_owner_named_by_hand_gets_more_only_with_a_reason(world: World) -> None:
    await described(world, OTHER_REP, capacity=1)
    first, second, third = [await world.lead() for _ in range(3)]
    path = f"/v1/leads/{second['id']}/assign"

    batch = {"items": [{"lead_id": each["id"], "owner_id": OTHER_REP.sub} for each in (first, second)]}
    results = (await world.post("/v1/leads/assign-batch", batch))["items"]
    refused = await world.refusal("POST", path, {"owner_id": OTHER_REP.sub})
    await world.post(path, {"owner_id": OTHER_REP.sub, "reason": "asked for"})
    unlimited = await world.post(f"/v1/leads/{third['id']}/assign", {"owner_id": REP.sub})

    assert [each["status"] for each in results] == ["updated", "rejected"]
    assert results[1]["problem"]["code"] == refused[1] == "at_capacity"
    trace = await latest(world, second)
    assert (trace["reason"], trace["over_capacity"]) == ("asked for", "at capacity 1/1 open leads")
    assert unlimited["owner_id"] == REP.sub
    assert (await latest(world, third))["over_capacity"] is None


async def test_naming_the_owner_a_lead_has_asks_for_no_reason(world: World) -> None:
    await described(world, REP, capacity=0)
    lead = await world.lead(owner_id=REP.sub)

    same = await world.post(f"/v1/leads/{lead['id']}/assign", {"owner_id": REP.sub})

    assert same["version"] == lead["version"]
