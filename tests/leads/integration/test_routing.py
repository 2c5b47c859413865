"""New leads find their owner by themselves, and everybody can see why."""

from datetime import timedelta
from typing import Any

from tests.leads.integration.world import (
    DIRECTOR,
    MANAGER,
    NOW,
    OTHER_REP,
    REP,
    Json,
    World,
    iso,
    leaves,
    member,
    named,
    pushed,
)


async def routed(world: World, **fields: Any) -> Json:
    """A new lead after triage."""
    lead = await world.lead(**fields)
    await world.work_off()
    return await world.get(f"/v1/leads/{lead['id']}")


async def latest(world: World, lead: Json) -> Json:
    """The newest decision about the lead."""
    found: Json = (await world.get(f"/v1/leads/{lead['id']}/routing"))["latest"]
    return found


async def nobody_sells(world: World) -> None:
    await world.consume(leaves("rep", "rep"), leaves("other rep", "rep"))


async def test_a_new_lead_is_given_to_a_rep_by_itself(world: World) -> None:
    lead = await routed(world)

    assert lead["owner_id"] in (REP.sub, OTHER_REP.sub)
    assert lead["assignment"]["reason"] == "next in turn: least recently assigned of 2 eligible reps"
    (assigned,) = [each for each in await world.events(lead["id"]) if each["type"] == "leads.lead.assigned"]
    assert assigned["actor"] == "system"


async def test_a_pushed_lead_is_given_to_a_rep_by_itself(world: World) -> None:
    receipt = await world.push(pushed("a-1"))
    await world.work_off()

    assert (await world.get(f"/v1/leads/{receipt['id']}"))["owner_id"] is not None


async def test_leads_of_one_batch_are_shared_out_evenly(world: World) -> None:
    await world.consume(member("third rep", "rep", "south"))
    await world.push_all(*(pushed(f"a-{number}") for number in range(31)))

    await world.work_off()

    owners = [item["owner_id"] for item in (await world.get("/v1/leads", limit=200))["items"]]
    counts = sorted(owners.count(str(named(name))) for name in ("rep", "other rep", "third rep"))
    assert counts == [10, 10, 11]


async def test_a_lead_with_an_owner_and_history_of_another_system_are_left_alone(world: World) -> None:
    owned = await world.lead(owner_id=REP.sub)
    loaded = await world.post(
        "/v1/leads",
        {
            "name": "Old",
            "source_system": "crm",
            "external_id": "1",
            "created_at": iso(NOW - timedelta(days=9)),
        },
    )

    await world.work_off()

    assert (await world.get(f"/v1/leads/{owned['id']}"))["owner_id"] == REP.sub
    assert (await world.get(f"/v1/leads/{loaded['id']}"))["owner_id"] is None
    assert await world.count("routing_trace") == 0


async def test_a_lead_nobody_is_eligible_for_waits_in_the_default_queue(world: World) -> None:
    await nobody_sells(world)

    lead = await routed(world)

    assert (lead["owner_id"], lead["queued_at"]) == (None, iso(NOW))
    assert lead["queue_reason"] == "nobody is eligible"
    assert "leads.lead.queued" in [each["type"] for each in await world.events(lead["id"])]
    assert (await latest(world, lead))["outcome"] == "queued"


async def test_the_trace_names_every_candidate_and_the_choice(world: World) -> None:
    lead = await routed(world)

    trace = await latest(world, lead)

    (tried,) = trace["rules"]
    assert (trace["how"], trace["outcome"], trace["by"]) == ("rule", "assigned", "system")
    assert trace["member_id"] == lead["owner_id"]
    assert (tried["name"], tried["result"], tried["counts"]) == ("next in turn", "chosen", {"eligible": 2})
    assert [each["result"] for each in tried["candidates"]] == ["chosen", "waiting"]
    assert {each["member_id"] for each in tried["candidates"]} == {REP.sub, OTHER_REP.sub}


async def test_an_owner_chosen_by_a_member_is_kept_with_the_members_reason(world: World) -> None:
    lead = await routed(world)
    other = OTHER_REP.sub if lead["owner_id"] == REP.sub else REP.sub

    given = await world.post(
        f"/v1/leads/{lead['id']}/assign", {"owner_id": other, "reason": "speaks Finnish"}
    )

    history = await world.get(f"/v1/leads/{lead['id']}/routing")
    assert (given["owner_id"], given["assignment"]["reason"]) == (other, "speaks Finnish")
    assert [each["how"] for each in history["items"]] == ["manual", "rule"]
    assert history["latest"]["by"] == DIRECTOR.sub
    assert history["latest"]["previous_owner_id"] == lead["owner_id"]


async def test_a_lead_given_by_hand_counts_as_a_turn(world: World) -> None:
    first, second = sorted([REP.sub, OTHER_REP.sub])
    by_hand = await world.lead()
    await world.post(f"/v1/leads/{by_hand['id']}/assign", {"owner_id": first})

    lead = await routed(world)

    assert lead["owner_id"] == second


async def test_a_queued_lead_that_is_assigned_leaves_its_queue(world: World) -> None:
    await nobody_sells(world)
    lead = await routed(world)

    given = await world.post(f"/v1/leads/{lead['id']}/assign", {"owner_id": DIRECTOR.sub})

    assert (given["queue_id"], given["queued_at"], given["owner_id"]) == (None, None, DIRECTOR.sub)


async def test_a_batch_is_assigned_in_one_call_with_a_result_for_each(world: World) -> None:
    leads = [await world.lead() for _ in range(4)]
    ids = [lead["id"] for lead in leads]
    items = [
        {"lead_id": ids[0], "owner_id": REP.sub, "reason": "knows them"},
        {"lead_id": ids[1]},
        {"lead_id": str(named("no such lead"))},
        {"lead_id": ids[2], "owner_id": str(named("nobody"))},
        {"lead_id": ids[0]},
    ]

    answer = await world.post("/v1/leads/assign-batch", {"items": items})

    results = answer["items"]
    assert [each["status"] for each in results] == ["updated", "updated", "rejected", "rejected", "rejected"]
    assert [each["problem"]["code"] for each in results[2:]] == [
        "lead_not_found",
        "reference_unknown",
        "validation_failed",
    ]
    assert (results[0]["owner_id"], results[1]["owner_id"]) == (REP.sub, OTHER_REP.sub)
    assert (await world.get(f"/v1/leads/{ids[3]}"))["owner_id"] is None


async def test_a_thousand_leads_cost_as_many_statements_as_ten(world: World) -> None:
    async def assigned(count: int) -> int:
        results = await world.load("leads", *({"name": f"L {number}"} for number in range(count)))
        body = {"leads": [each["id"] for each in results]}
        async with world.statements() as asked:
            answer = await world.post("/v1/leads/assign-batch", body)
        assert {each["status"] for each in answer["items"]} == {"updated"}
        return len(asked)

    assert await assigned(10) == await assigned(1000)


async def test_triage_costs_as_many_statements_for_two_hundred_leads_as_for_two(world: World) -> None:
    async def triaged(count: int) -> int:
        await world.load("leads", *({"name": f"L {number}"} for number in range(count)))
        async with world.statements() as asked:
            await world.work_off()
        return len(asked)

    assert await triaged(2) == await triaged(200)


async def test_a_dry_run_says_who_would_get_the_lead_and_writes_nothing(world: World) -> None:
    lead = await world.lead()

    told = await world.post("/v1/routing/simulate", {"lead_id": lead["id"]})
    again = await world.post("/v1/routing/simulate", {"lead": {"name": "Ann", "country": "FI"}}, MANAGER)

    assert told["member_id"] == again["member_id"] == min(REP.sub, OTHER_REP.sub)
    assert await world.count("routing_trace") == 0
    assert (await world.get(f"/v1/leads/{lead['id']}"))["version"] == 1


async def test_a_dry_run_needs_one_lead(world: World) -> None:
    assert (await world.refusal("POST", "/v1/routing/simulate", {}))[:2] == (422, "validation_failed")
    refusal = await world.refusal("POST", "/v1/routing/simulate", {"lead": {"colour": "red"}})
    assert refusal[2] == [("/colour", "unknown_field")]


async def test_the_trace_is_for_those_who_see_the_lead(world: World) -> None:
    lead = await world.lead(OTHER_REP)

    assert (await world.refusal("GET", f"/v1/leads/{lead['id']}/routing", by=REP))[:2] == (
        404,
        "lead_not_found",
    )
