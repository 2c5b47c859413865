"""Points for fit and engagement by rules: apart from the probability, capped, fading, never in the way."""

from datetime import timedelta
from typing import Any

from sqlalchemy import text

from tests.leads.integration.world import NOW, Json, World, iso


async def rule(world: World, part: str, points: int, **fields: Any) -> Json:
    return await world.post(
        "/v1/score-rules", {"name": f"{part} {points}", "part": part, "points": points, **fields}
    )


async def points(world: World, lead: Json) -> tuple[int | None, int | None]:
    shown = await world.get(f"/v1/leads/{lead['id']}")
    return shown["fit_points"], shown["engagement_points"]


async def test_without_rules_there_are_no_points(world: World) -> None:
    lead = await world.lead()

    await world.work_off()

    assert await points(world, lead) == (None, None)


async def test_fit_rules_add_up_within_the_cap_of_their_group(world: World) -> None:
    await rule(world, "fit", 30, condition="lead.employees > 100", group="size", group_cap=40)
    await rule(world, "fit", 30, condition="lead.employees > 500", group="size")
    await rule(world, "fit", 25, condition='lead.country == "DE"')
    await rule(world, "fit", -10, condition='lead.industry == "retail"')
    large = await world.lead(employees=900, country="DE", industry="retail")
    small = await world.lead(employees=5)

    await world.work_off()

    assert await points(world, large) == (55, None)
    assert await points(world, small) == (0, None)
    fit = (await world.get(f"/v1/leads/{large['id']}/score"))["fit"]
    assert fit["points"] == 55
    assert sorted(each["points"] for each in fit["rules"]) == [-10, 25, 30, 30]


async def test_points_never_leave_0_to_100(world: World) -> None:
    await rule(world, "fit", 80, condition="true")
    await rule(world, "fit", 80, condition="lead.employees > 1")
    many, few = await world.lead(employees=2), await world.lead(employees=1)

    await world.work_off()

    assert [(await points(world, lead))[0] for lead in (many, few)] == [100, 80]


async def test_engagement_counts_what_happened_and_fades_by_half_lives(world: World) -> None:
    await rule(world, "engagement", 40, events=["call", "meeting"], at_least=2, half_life_days=10)
    lead = await world.lead()
    for days in (3, 10):
        at = iso(NOW - timedelta(days=days))
        await world.post("/v1/activities", {"type": "call", "lead_id": lead["id"], "done_at": at})
    once = await world.lead()
    await world.post("/v1/activities", {"type": "call", "lead_id": once["id"], "done_at": iso(NOW)})
    await world.post("/v1/activities", {"type": "call", "lead_id": once["id"], "due_at": iso(NOW)})

    await world.work_off()

    assert await points(world, lead) == (None, round(40 * 0.5**0.3))
    assert await points(world, once) == (None, 0)


async def test_points_fade_overnight(world: World) -> None:
    from services.leads.scoring.use_cases.train_nightly import plan_next_night

    await rule(world, "engagement", 64, events=["meeting"], half_life_days=1)
    lead = await world.lead()
    await world.post("/v1/activities", {"type": "meeting", "lead_id": lead["id"], "done_at": iso(NOW)})
    await world.work_off()
    assert (await points(world, lead))[1] == 64
    async with world.database.transaction() as connection:
        await plan_next_night(connection, NOW)

    await world.work_off(at=NOW + timedelta(days=1, hours=-1))

    assert (await points(world, lead))[1] == 33
    told = (await world.events(lead["id"]))[-1]
    assert (told["type"], told["data"]["engagement_points"]) == ("leads.lead.scored", 33)


async def test_a_rule_that_fails_for_a_lead_gives_nothing_and_says_why(world: World) -> None:
    await rule(world, "fit", 50, condition='lead.attributes["seats"] > 10')
    await rule(world, "fit", 20, condition="true")
    lead = await world.lead(attributes={"seats": "many"})

    await world.work_off()

    assert await points(world, lead) == (20, None)
    fit = (await world.get(f"/v1/leads/{lead['id']}/score"))["fit"]
    assert [bool(each["failure"]) for each in fit["rules"]] == [False, True]


async def test_a_rule_broken_in_the_database_stops_nothing(world: World) -> None:
    made = await rule(world, "fit", 50, condition="true")
    async with world.database.transaction() as connection:
        await connection.execute(text("UPDATE score_rule SET condition = 'no such ('"))
    lead = await world.lead()

    await world.work_off()

    assert await points(world, lead) == (0, None)
    (told,) = (await world.get(f"/v1/leads/{lead['id']}/score"))["fit"]["rules"]
    assert (told["rule_id"], told["points"]) == (made["id"], 0)
    assert told["failure"]


async def test_a_changed_rule_gives_open_leads_their_points_anew(world: World) -> None:
    made = await rule(world, "fit", 50, condition="true")
    lead = await world.lead()
    await world.work_off()

    await world.patch(f"/v1/score-rules/{made['id']}", {"points": 10}, 1)
    await world.work_off()
    assert await points(world, lead) == (10, None)

    gone = await world.send("DELETE", f"/v1/score-rules/{made['id']}", headers={"If-Match": '"2"'})
    await world.work_off()
    assert (gone.status_code, await points(world, lead)) == (204, (None, None))
    history = (await world.get(f"/v1/leads/{lead['id']}/score"))["history"]
    assert [step["fit_points"] for step in history] == [None, 10, 50]


async def test_faulty_rules_are_refused_with_the_place_of_the_fault(world: World) -> None:
    async def refused(**fields: Any) -> tuple[int, str, list[tuple[str, str]]]:
        return await world.refusal("POST", "/v1/score-rules", {"name": "x", "points": 5, **fields})

    assert (await refused(part="fit"))[2] == [("/condition", "wrong")]
    assert (await refused(part="engagement"))[2] == [("/events", "wrong")]
    assert (await refused(part="fit", condition="lead.employees >"))[1] == "expression_invalid"
    assert (await refused(part="engagement", events=["telepathy"]))[0] == 422
    assert (await refused(part="engagement", events=["call"], at_least=3, at_most=2))[2] == [
        ("/at_most", "wrong")
    ]
