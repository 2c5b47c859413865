"""Nobody is told of a lead that nobody is to work on; leads of somebody who is away go to others."""

from datetime import timedelta
from typing import Any

import pytest

from tests.leads.integration.test_first_response import (
    AFTER_A_WEEK,
    HOUR,
    MINUTE,
    a_fair_lead,
    quick,
    types_of,
)
from tests.leads.integration.world import ANY, NOW, OTHER_REP, REP, Json, World, iso, leaves

__all__ = ["quick"]


async def set_down(world: World, lead: Json, how: str) -> None:
    """Nobody is to work on it."""
    if how == "archive":
        answer = await world.send("DELETE", f"/v1/leads/{lead['id']}", headers=ANY)
    else:
        reason = {"reason": "no budget"}
        answer = await world.send("PUT", f"/v1/leads/{lead['id']}/do-not-pursue", json=reason, headers=ANY)
    assert answer.status_code < 300, answer.text


async def take_up(world: World, lead: Json, how: str) -> None:
    """Somebody is to work on it again."""
    if how == "archive":
        await world.post(f"/v1/leads/{lead['id']}/restore")
    else:
        answer = await world.send("DELETE", f"/v1/leads/{lead['id']}/do-not-pursue", headers=ANY)
        assert answer.status_code < 300, answer.text


async def clocks(world: World, lead: Json) -> list[tuple[Any, ...]]:
    found = (await world.get(f"/v1/leads/{lead['id']}/response"))["clocks"]
    return [(each["owner_id"], each["started_at"], each["outcome"]) for each in found]


WAYS = pytest.mark.parametrize("how", ["archive", "do-not-pursue"])


@WAYS
async def test_the_clock_of_a_lead_nobody_is_to_work_on_stops(world: World, quick: Json, how: str) -> None:
    lead = await a_fair_lead(world)
    await set_down(world, lead, how)

    await world.work_off(at=AFTER_A_WEEK)

    assert {"response_breached", "response_due_soon"}.isdisjoint(await types_of(world, lead))
    assert [outcome for *_, outcome in await clocks(world, lead)] == ["ended"]
    shown = await world.get(f"/v1/leads/{lead['id']}")
    assert (shown["response_due_at"], shown["response_breached_at"]) == (None, None)
    world.now = AFTER_A_WEEK
    assert (await world.get("/v1/leads/overdue"))["items"] == []


@WAYS
async def test_it_has_the_whole_time_again_from_when_it_is_worked_on_again(
    world: World, quick: Json, how: str
) -> None:
    lead = await a_fair_lead(world)
    await set_down(world, lead, how)
    await world.work_off()
    world.now = NOW + HOUR
    await take_up(world, lead, how)

    await world.work_off()

    shown = await world.get(f"/v1/leads/{lead['id']}")
    assert shown["response_due_at"] == iso(NOW + HOUR + 10 * MINUTE)
    assert await clocks(world, lead) == [
        (REP.sub, iso(NOW), "ended"),
        (REP.sub, iso(NOW + HOUR), None),
    ]
    await world.work_off(at=AFTER_A_WEEK)
    assert (await types_of(world, lead)).count("response_breached") == 1


async def test_a_breach_is_not_forgotten_by_putting_the_lead_away(world: World, quick: Json) -> None:
    lead = await a_fair_lead(world)
    await world.work_off(at=NOW + HOUR)
    world.now = NOW + HOUR
    for step in (set_down, take_up):
        await step(world, lead, "archive")
        await world.work_off()

    assert [outcome for *_, outcome in await clocks(world, lead)] == ["breached"]
    assert (await types_of(world, lead)).count("response_breached") == 1


async def test_a_lead_that_came_in_marked_is_given_to_somebody_when_the_mark_ends(
    world: World, quick: Json
) -> None:
    made = await world.post(
        "/v1/do-not-pursue",
        {"name": "fair", "condition": "lead.source == 'fair'", "reason": "no", "expires_at": iso(NOW + HOUR)},
    )
    lead = await world.lead(source="fair")
    await world.work_off()
    marked = await world.get(f"/v1/leads/{lead['id']}")
    assert (marked["do_not_pursue"], marked["owner_id"], marked["response_due_at"]) == (True, None, None)

    world.now = NOW + HOUR
    await world.work_off()

    shown = await world.get(f"/v1/leads/{lead['id']}")
    assert shown["owner_id"] in (REP.sub, OTHER_REP.sub)
    assert shown["response_due_at"] == iso(NOW + HOUR + 10 * MINUTE)
    assert made["kind"] == "segment"


async def away(world: World, who: Any, *, start: timedelta, length: timedelta) -> Json:
    body = {"from": iso(NOW + start), "to": iso(NOW + start + length)}
    return await world.post(f"/v1/sellers/{who.sub}/absences", body)


@pytest.mark.parametrize(("on_absence", "owner"), [("reassign", OTHER_REP), ("keep", REP)])
async def test_leads_that_wait_for_an_absent_rep_go_to_another_when_the_policy_says_so(
    world: World, quick: Json, on_absence: str, owner: Any
) -> None:
    await world.patch(f"/v1/response-policies/{quick['id']}", {"on_absence": on_absence}, 1)
    lead = await a_fair_lead(world)
    await away(world, REP, start=5 * MINUTE, length=HOUR)
    world.now = NOW + 4 * MINUTE
    await world.work_off()
    assert (await world.get(f"/v1/leads/{lead['id']}"))["owner_id"] == REP.sub

    world.now = NOW + 5 * MINUTE
    await world.work_off()

    shown = await world.get(f"/v1/leads/{lead['id']}")
    assert shown["owner_id"] == owner.sub
    if owner is OTHER_REP:
        assert shown["response_due_at"] == iso(NOW + 15 * MINUTE)
        assert [outcome for *_, outcome in await clocks(world, lead)] == ["replaced", None]
        trace = (await world.get(f"/v1/leads/{lead['id']}/routing"))["latest"]
        assert trace["previous_owner_id"] == REP.sub


async def test_an_absence_that_was_moved_or_dropped_takes_nothing_away(world: World, quick: Json) -> None:
    await world.patch(f"/v1/response-policies/{quick['id']}", {"on_absence": "reassign"}, 1)
    lead = await a_fair_lead(world)
    absence = await away(world, REP, start=5 * MINUTE, length=HOUR)
    answer = await world.send("DELETE", f"/v1/sellers/{REP.sub}/absences/{absence['id']}", headers=ANY)
    assert answer.status_code == 204

    await world.work_off(at=NOW + 6 * MINUTE)

    assert (await world.get(f"/v1/leads/{lead['id']}"))["owner_id"] == REP.sub


async def test_two_absences_that_begin_together_hand_a_lead_over_once(world: World, quick: Json) -> None:
    await world.patch(f"/v1/response-policies/{quick['id']}", {"on_absence": "reassign"}, 1)
    lead = await a_fair_lead(world)
    for hours in (1, 2):
        await away(world, REP, start=5 * MINUTE, length=hours * HOUR)

    await world.work_off(at=NOW + 5 * MINUTE)

    assert (await world.get(f"/v1/leads/{lead['id']}"))["owner_id"] == OTHER_REP.sub
    assert (await types_of(world, lead)).count("assigned") == 1


async def test_a_lead_nobody_else_could_have_stays_with_the_absent_rep(world: World, quick: Json) -> None:
    await world.patch(f"/v1/response-policies/{quick['id']}", {"on_absence": "reassign"}, 1)
    lead = await a_fair_lead(world)
    await world.consume(leaves("other rep", "rep"))
    await away(world, REP, start=5 * MINUTE, length=HOUR)

    await world.work_off(at=NOW + 5 * MINUTE)

    assert (await world.get(f"/v1/leads/{lead['id']}"))["owner_id"] == REP.sub
    assert [outcome for *_, outcome in await clocks(world, lead)] == [None]


async def test_two_hundred_leads_of_an_absent_rep_need_as_many_statements_as_ten(
    world: World, quick: Json
) -> None:
    await world.patch(f"/v1/response-policies/{quick['id']}", {"on_absence": "reassign", "minutes": 6000}, 1)

    async def asked_for(number: int, start: timedelta) -> int:
        made = ({"name": f"Lead {each}", "source": "fair", "owner_id": REP.sub} for each in range(number))
        await world.load("leads", *made)
        await world.work_off()
        await away(world, REP, start=start, length=MINUTE)
        world.now = NOW + start
        async with world.statements() as asked:
            await world.work_off()
        return len(asked)

    few = await asked_for(10, 5 * MINUTE)
    world.now = NOW + 49 * MINUTE
    assert await asked_for(190, 50 * MINUTE) <= few + 4
    assert (await world.get("/v1/leads", owner_id=REP.sub, total="exact"))["total"] == 0
