"""Every lead is used: counted by any dimension, found when nobody works on it, and the best come first."""

from datetime import timedelta

from sqlalchemy import text

from shared.contracts.identity import Identity
from tests.leads.integration.world import DIRECTOR, NOW, OTHER_REP, REP, Json, World, euros, iso

DAY = timedelta(days=1)


async def called(world: World, lead: Json, *, days_ago: int = 0) -> Json:
    at = iso(world.now - days_ago * DAY)
    return await world.post("/v1/activities", {"type": "call", "done_at": at, "lead_id": lead["id"]}, REP)


async def score(world: World, lead: Json, value: float) -> None:
    async with world.database.transaction() as connection:
        await connection.execute(
            text("UPDATE lead SET score = :score, grade = 'B' WHERE id = CAST(:id AS uuid)"),
            {"score": value, "id": lead["id"]},
        )


async def counted(world: World, lead: Json) -> tuple[int, object]:
    (found,) = (await world.get("/v1/leads", id=lead["id"]))["items"]
    async with world.database.reading() as connection:
        row = await connection.execute(
            text("SELECT activity_count, last_activity_at FROM lead WHERE id = CAST(:id AS uuid)"),
            {"id": found["id"]},
        )
    count, last = row.one()
    return count, last


async def counts(world: World, dimension: str, caller: Identity = DIRECTOR, **asked: str) -> Json:
    answer = await world.send("GET", "/v1/leads/stats", caller, params={"by": dimension, **asked})
    assert answer.status_code == 200, answer.text
    stats: Json = answer.json()
    return stats


async def test_an_activity_counts_when_it_happened_and_once(world: World) -> None:
    lead = await world.lead(REP)
    body = {"type": "task", "subject": "Send it", "due_at": iso(NOW + DAY), "lead_id": lead["id"]}
    task = await world.post("/v1/activities", body, REP)
    assert (await counted(world, lead))[0] == 0

    done = await world.patch(f"/v1/activities/{task['id']}", {"done_at": iso(NOW)}, 1, REP)
    await world.patch(f"/v1/activities/{task['id']}", {"notes": "sent"}, done["version"], REP)

    assert await counted(world, lead) == (1, NOW)


async def test_an_activity_that_moves_to_another_lead_is_counted_there(world: World) -> None:
    first, second = await world.lead(REP), await world.lead(REP)
    call = await called(world, first)

    await world.patch(f"/v1/activities/{call['id']}", {"lead_id": second["id"]}, call["version"], REP)

    assert [(await counted(world, lead))[0] for lead in (first, second)] == [0, 1]


async def test_loading_activities_again_counts_nothing_twice(world: World) -> None:
    lead = await world.lead(REP)
    items = [
        {
            "type": "call",
            "done_at": iso(NOW - number * DAY),
            "lead_id": lead["id"],
            "source_system": "crm",
            "external_id": str(number),
        }
        for number in range(3)
    ]

    for notes in ("first", "second"):
        told = [{**item, "notes": notes} for item in items]
        await world.load("activities", *told, {**told[0], "notes": f"{notes} again"})

    assert await counted(world, lead) == (3, NOW)


async def test_leads_are_counted_by_category_with_value_and_share(world: World) -> None:
    await world.lead(category="qualified", expected_value=euros("100.00"))
    await world.lead(category="qualified", expected_value={"amount": "100.00", "currency": "USD"})
    won = await world.qualified(category="other")
    await world.post(f"/v1/leads/{won['id']}/outcome", {"converted": True, "at": iso(NOW)})
    await world.lead(expected_value={"amount": "5.00", "currency": "SEK"})

    stats = await counts(world, "category", period="2027")

    by_key = {group["key"]: group for group in stats["groups"]}
    assert (stats["leads"], stats["currency"], stats["without_rate"]) == (4, "EUR", 1)
    assert by_key["qualified"]["value"] == euros("150.00")
    assert (by_key["qualified"]["leads"], by_key["qualified"]["share"]) == (2, 0.5)
    assert (by_key["other"]["qualified"], by_key["other"]["converted"], by_key["other"]["open"]) == (1, 1, 0)
    assert by_key[None]["leads"] == 1
    assert stats["definitions"]["share"]["denominator"] == "All leads counted"


async def test_a_period_and_the_scope_bound_what_is_counted(world: World) -> None:
    await world.lead(REP, source="fair")
    await world.lead(OTHER_REP, source="fair")

    mine = await counts(world, "source", REP)
    before = await counts(world, "source", DIRECTOR, **{"from": "2026-01-01", "to": "2026-12-31"})

    assert [(group["key"], group["leads"]) for group in mine["groups"]] == [("fair", 1)]
    assert (before["leads"], before["groups"]) == (0, [])


async def test_every_dimension_answers(world: World) -> None:
    await world.lead(REP)
    for by in ("source", "origin", "channel", "status", "owner", "country", "industry", "partner"):
        assert (await counts(world, by))["leads"] == 1


async def test_leads_that_nobody_uses_are_found_by_kind(world: World) -> None:
    waiting = await world.lead()
    fresh, idle, busy = await world.lead(REP), await world.lead(REP), await world.lead(REP)
    await called(world, idle, days_ago=20)
    await called(world, busy, days_ago=2)

    listed = (await world.get("/v1/leads/unused"))["items"]

    assert {each["id"]: each["kind"] for each in listed} == {
        waiting["id"]: "unassigned",
        fresh["id"]: "never_contacted",
        idle["id"]: "idle",
    }
    quick = await world.get("/v1/leads/unused", kind="idle", idle_days="gte:1")
    assert {(each["id"], each["idle_days"]) for each in quick["items"]} == {(idle["id"], 20), (busy["id"], 2)}
    assert [each["id"] for each in (await world.get("/v1/leads/unused", OTHER_REP))["items"]] == []


async def test_the_use_rate_is_leads_worked_on_by_leads_received(world: World) -> None:
    leads = [await world.lead(REP, campaign="spring") for _ in range(4)]
    await world.lead(OTHER_REP, campaign="autumn")
    await called(world, leads[0])
    await called(world, leads[0])

    use = await world.get("/v1/kpis/lead-use", group_by="campaign")

    assert (use["received"], use["used"], use["use_rate"]) == (5, 1, 0.2)
    rates = {group["key"]: group["use_rate"] for group in use["groups"]}
    assert rates == {"spring": 0.25, "autumn": 0.0}
    empty = await world.get("/v1/kpis/lead-use", period="2026")
    assert empty["use_rate"] is None


async def test_recommended_leads_come_by_score_times_value_with_the_reason(world: World) -> None:
    small = await world.lead(REP, name="small", expected_value=euros("100.00"))
    large = await world.lead(REP, name="large", expected_value=euros("1000.00"))
    low = await world.lead(REP, name="low", expected_value=euros("9000.00"))
    unscored = await world.lead(REP, name="unscored", expected_value=euros("9000.00"))
    await world.lead(OTHER_REP)
    unwanted = await world.lead(REP)
    for lead, value in ((small, 0.9), (large, 0.3), (low, 0.1), (unwanted, 0.99)):
        await score(world, lead, value)
    path = f"/v1/leads/{unwanted['id']}/do-not-pursue"
    await world.send("PUT", path, REP, json={"reason": "r"}, headers={"If-Match": "*"})

    listed = (await world.get("/v1/me/recommended-leads", REP))["items"]

    assert [each["name"] for each in listed] == ["large", "small", "unscored"]
    assert listed[0]["rank"] == "300.00"
    assert "score 30% (grade B)" in listed[0]["reason"]
    assert "worth 1000.00 EUR; no activity yet" in listed[0]["reason"]
    assert "not scored yet" in listed[2]["reason"]
    everything = await world.get("/v1/me/recommended-leads", REP, score="gte:0")
    assert [each["name"] for each in everything["items"]] == ["low", "large", "small"]
    first = await world.get("/v1/me/recommended-leads", REP, limit="1")
    second = await world.get("/v1/me/recommended-leads", REP, limit="2", cursor=first["next_cursor"])
    assert [each["id"] for each in second["items"]] == [small["id"], unscored["id"]]
