"""After a merge, and after undoing it, leads are judged, given out and owed answers as they should be."""

from datetime import timedelta

from tests.leads.integration.test_first_response import MINUTE, a_fair_lead, quick, types_of
from tests.leads.integration.world import NOW, OTHER_REP, REP, Json, World, iso

__all__ = ["quick"]
LATER = NOW + timedelta(minutes=30)


async def merged(world: World, winner: Json, loser: Json, **fields: str) -> Json:
    order = {"kind": "lead", "winner_id": winner["id"], "loser_ids": [loser["id"]], "fields": fields}
    merge = await world.post("/v1/merges", order)
    await world.work_off()
    return merge


async def undone(world: World, merge: Json) -> None:
    await world.post(f"/v1/merges/{merge['id']}/undo")
    await world.work_off()


async def shown(world: World, lead: Json) -> Json:
    return await world.get(f"/v1/leads/{lead['id']}")


async def test_the_winner_is_judged_by_what_it_took_over(world: World) -> None:
    await world.post(
        "/v1/score-rules",
        {"name": "Large", "part": "fit", "condition": "lead.employees > 100", "points": 30},
    )
    winner, loser = await world.lead(REP), await world.lead(REP, employees=500)
    await world.work_off()

    merge = await merged(world, winner, loser)
    together = await shown(world, winner)
    await undone(world, merge)

    assert together["fit_points"] == 30
    assert [(await shown(world, each))["fit_points"] for each in (winner, loser)] == [0, 30]


async def test_only_the_winner_owes_an_answer_by_its_own_deadline(world: World, quick: Json) -> None:
    winner = await a_fair_lead(world)
    world.now += MINUTE
    loser = await a_fair_lead(world)

    await merged(world, winner, loser)
    await world.work_off(at=LATER)

    assert (await shown(world, winner))["response_due_at"] == winner["response_due_at"]
    assert "response_breached" in await types_of(world, winner)
    assert "response_breached" not in await types_of(world, loser)


async def test_a_winner_with_the_losers_owner_is_owed_by_that_one_from_now_on(
    world: World, quick: Json
) -> None:
    winner = await a_fair_lead(world)
    world.now += MINUTE
    loser = await a_fair_lead(world, OTHER_REP)

    await merged(world, winner, loser, owner=loser["id"])

    after = await shown(world, winner)
    assert (after["owner_id"], after["response_due_at"]) == (OTHER_REP.sub, loser["response_due_at"])


async def test_undone_each_owes_an_answer_by_its_own_deadline_again(world: World, quick: Json) -> None:
    winner = await a_fair_lead(world)
    world.now += MINUTE
    loser = await a_fair_lead(world)
    merge = await merged(world, winner, loser)

    await undone(world, merge)
    apart = [await shown(world, each) for each in (winner, loser)]
    await world.work_off(at=LATER)

    assert [each["response_due_at"] for each in apart] == [
        winner["response_due_at"], loser["response_due_at"],
    ]  # fmt: skip
    for lead in (winner, loser):
        assert (await types_of(world, lead)).count("response_breached") == 1


async def test_a_deadline_that_passed_while_merged_is_told_of_when_undone(world: World, quick: Json) -> None:
    winner, loser = await a_fair_lead(world), await a_fair_lead(world)
    merge = await merged(world, winner, loser)
    world.now = LATER
    await world.work_off()

    await undone(world, merge)

    assert (await shown(world, loser))["response_breached_at"] == loser["response_due_at"]


async def test_a_winner_that_had_ended_is_open_again_and_stays_with_its_owner(world: World) -> None:
    winner = await world.lead(REP)
    await world.work_off()
    await world.post(f"/v1/leads/{winner['id']}/disqualify", {"reason": "no budget"})
    loser = await world.lead(REP)
    await world.work_off()

    await merged(world, winner, loser)

    after = await shown(world, winner)
    assert (after["status"], after["owner_id"]) == ("new", REP.sub)
    assert iso(NOW) <= after["updated_at"]
