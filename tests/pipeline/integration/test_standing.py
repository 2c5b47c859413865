"""Where the pipeline stands: by nearness, by person, what was closed, and what speaks against a deal."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from shared.contracts.events.gateway_member import MemberJoined
from tests.pipeline.integration.world import (
    ANY,
    DIRECTOR,
    MANAGER,
    NOW,
    OTHER_REP,
    REP,
    Json,
    World,
    days,
    euros,
    iso,
    named,
    told,
)

SUMMARY, BY_REP, CLOSED = "/v1/pipeline/summary", "/v1/pipeline/by-rep", "/v1/kpis/closed-business"


def on(day: int) -> str:
    return (NOW.date() + timedelta(days=day)).isoformat()


async def test_what_is_almost_closed_stands_apart_from_what_is_for_later(world: World) -> None:
    await world.deal(stage="Negotiation", amount=euros("100.00"), expected_close=on(10))
    await world.deal(stage="Negotiation", amount=euros("50.00"), expected_close=on(20))
    await world.deal(stage="Qualification", amount=euros("10.00"))

    summary = await world.get(SUMMARY)
    near, later = summary["almost_closed"], summary["for_later"]

    assert (near["deals"], near["amount"], near["weighted"]) == (2, euros("150.00"), euros("112.50"))
    assert (near["expected"]["first_close"], near["expected"]["last_close"]) == (on(10), on(20))
    assert (later["deals"], later["amount"], later["without_date"]) == (1, euros("10.00"), 1)
    assert later["expected"]["close_p50"] is None
    assert set(summary["definitions"]) >= {"almost_closed", "for_later", "expected", "without_date"}


async def test_the_average_pipeline_is_all_that_is_open_through_the_reps(world: World) -> None:
    await world.deal(REP, amount=euros("90.00"), stage="Proposal")
    await world.deal(OTHER_REP, amount=euros("10.00"))
    await world.deal(amount=euros("1.00"))
    won = await world.deal(REP, amount=euros("500.00"))
    await world.post(f"/v1/deals/{won['id']}/win")

    shown = await world.get(BY_REP)
    largest = shown["items"][0]

    assert (largest["owner_id"], largest["open_value"], largest["weighted"]) == (
        REP.sub,
        euros("90.00"),
        euros("45.00"),
    )
    assert (shown["reps"], len(shown["items"]), shown["average"]) == (4, 4, euros("25.00"))
    assert (shown["unowned"]["open_value"], shown["totals"]["open_value"]) == (euros("1.00"), euros("101.00"))
    assert shown["definitions"]["average"]["denominator"].startswith("People listed")


async def test_everybody_sees_the_pipelines_of_those_they_answer_for(world: World) -> None:
    await world.deal(REP, amount=euros("90.00"))
    await world.deal(OTHER_REP, amount=euros("10.00"))

    own, north = await world.get(BY_REP, REP), await world.get(BY_REP, MANAGER)
    south = await world.get(BY_REP, team_id=str(named("south")))

    assert [each["owner_id"] for each in own["items"]] == [REP.sub]
    assert ({each["owner_id"] for each in north["items"]}, north["average"]) == (
        {REP.sub, MANAGER.sub},
        euros("45.00"),
    )
    assert (south["reps"], south["average"]) == (1, euros("10.00"))


async def test_pipelines_of_people_are_told_as_they_stood(world: World) -> None:
    deal = await world.deal(REP, amount=euros("90.00"))
    then = await world.get(BY_REP)
    world.now += days(1)
    await world.post(f"/v1/deals/{deal['id']}/win")

    assert await world.get(BY_REP, as_of=iso(NOW)) == then
    assert (await world.get(BY_REP))["totals"]["open_deals"] == 0


async def won(world: World, on_day: date, amount: str, owner: Any = REP) -> Json:
    return await world.deal(
        owner_id=owner.sub,
        amount=euros(amount),
        created_at="2027-01-01",
        closed_at=on_day.isoformat(),
        outcome="won",
    )


async def test_business_is_counted_on_the_day_it_closed(world: World) -> None:
    await won(world, date(2027, 2, 1), "10.00")
    await won(world, date(2027, 2, 1), "5.00", OTHER_REP)
    await won(world, date(2027, 2, 28), "1.00")
    await won(world, date(2027, 1, 31), "100.00")

    shown = await world.get(CLOSED, period="2027-02")
    busy = [
        (each["name"], each["won_deals"], each["value"]) for each in shown["intervals"] if each["won_deals"]
    ]

    assert (len(shown["intervals"]), busy) == (
        28,
        [("2027-02-01", 2, euros("15.00")), ("2027-02-28", 1, euros("1.00"))],
    )
    assert (shown["figures"]["won_deals"], shown["figures"]["value"]) == (3, euros("16.00"))
    assert (await world.get(CLOSED, REP, period="2027-02"))["figures"]["value"] == euros("11.00")


async def test_weeks_and_quarters_are_cut_to_the_period(world: World) -> None:
    await won(world, date(2027, 2, 1), "10.00")

    answers = [
        await world.send("GET", f"{CLOSED}?{asked}")
        for asked in ("by=week&period=2027-02", "by=quarter&from=2027-01-15&to=2027-04-02")
    ]
    weeks, quarters = (answer.json()["intervals"] for answer in answers)

    assert [(each["name"], each["from"], each["to"]) for each in weeks] == [
        ("2027-W05", "2027-02-01", "2027-02-07"),
        ("2027-W06", "2027-02-08", "2027-02-14"),
        ("2027-W07", "2027-02-15", "2027-02-21"),
        ("2027-W08", "2027-02-22", "2027-02-28"),
    ]
    assert [(each["name"], each["from"], each["to"], each["won_deals"]) for each in quarters] == [
        ("2027-Q1", "2027-01-15", "2027-03-31", 1),
        ("2027-Q2", "2027-04-01", "2027-04-02", 0),
    ]
    refused = await world.refusal("GET", f"{CLOSED}?from=2020-01-01&to=2027-01-01")
    assert refused == (400, "period_invalid", [("/query/by", "too_many")])


async def test_a_split_sale_is_credited_by_shares_and_counted_once(world: World) -> None:
    deal = await world.deal(REP, amount=euros("100.00"))
    await world.send(
        "POST", f"/v1/deals/{deal['id']}/team", REP, json={"member_id": OTHER_REP.sub, "role": "helper"}
    )
    shares = [{"member_id": REP.sub, "percent": "70"}, {"member_id": OTHER_REP.sub, "percent": "30"}]
    split = await world.send(
        "PUT", f"/v1/deals/{deal['id']}/splits", REP, json={"revenue": shares, "overlay": []}, headers=ANY
    )
    assert split.status_code == 200, split.text
    await world.post(f"/v1/deals/{deal['id']}/win")

    shown = await world.get(CLOSED, period="2027-03", group_by="owner")
    of = {each["key"]: each["figures"] for each in shown["groups"]}
    teams = await world.get(CLOSED, period="2027-03", group_by="team")

    assert (of[REP.sub]["value"], of[REP.sub]["credited"]) == (euros("100.00"), euros("70.00"))
    assert (of[OTHER_REP.sub]["won_deals"], of[OTHER_REP.sub]["credited"]) == (0, euros("30.00"))
    assert (shown["figures"]["won_deals"], shown["figures"]["credited"]) == (1, euros("100.00"))
    assert {each["key"]: each["figures"]["credited"] for each in teams["groups"]} == {
        str(named("north-1")): euros("70.00"),
        str(named("south")): euros("30.00"),
    }


async def health(world: World, deal: Json) -> dict[str, Json]:
    shown = await world.get(f"/v1/deals/{deal['id']}/health")
    assert shown["warnings"] == [each["kind"] for each in shown["checks"] if each["state"] == "warning"]
    return {each["kind"]: each for each in shown["checks"]}


async def test_what_speaks_against_a_deal_has_its_figure_and_its_limit(world: World) -> None:
    deal = await world.deal(expected_close=on(5))
    path = f"/v1/deals/{deal['id']}"
    for push in (10, 15, 20):
        version = (await world.get(path))["version"]
        seen = {"If-Match": f'"{version}"'}
        await world.send("PATCH", path, json={"expected_close": on(push)}, headers=seen)
    world.now += days(30)
    await world.work_off()

    found = await health(world, deal)
    figures = {kind: (each["state"], each["figure"], each["limit"]) for kind, each in found.items()}

    assert figures["close_overdue"] == ("warning", 10.0, 0.0)
    assert figures["stage_overdue"][0] == "warning"
    assert figures["stuck"] == ("unknown", 30.0, None)
    assert figures["no_next_step"][0] == "warning"
    assert figures["no_activity"] == ("warning", 30.0, 14.0)
    assert figures["pushed_often"] == ("warning", 3.0, 2.0)
    assert figures["single_contact"] == ("warning", 0.0, 2.0)


async def test_a_deal_that_is_looked_after_has_no_warnings(world: World) -> None:
    for _ in range(5):
        past = await world.deal(stage="Proposal", created_at=iso(NOW - days(40)))
        await world.post(f"/v1/deals/{past['id']}/stage", {"stage": "Negotiation"})
    deal = await world.deal(
        stage="Proposal",
        expected_close=on(30),
        contact_id=str(named("Ada")),
        next_step="Call",
        next_step_at=iso(NOW + days(2)),
    )
    added = {"contact_id": str(named("Eve")), "role": "champion"}
    await world.send("POST", f"/v1/deals/{deal['id']}/contacts", json=added)
    world.now += days(1)
    await world.work_off()

    found = await health(world, deal)

    assert {kind: each["state"] for kind, each in found.items()} == dict.fromkeys(found, "ok")
    assert (found["stuck"]["figure"], found["stuck"]["limit"]) == (1.0, 40.0)


async def test_only_who_sees_a_deal_sees_its_health_and_a_closed_one_has_no_checks(world: World) -> None:
    deal = await world.deal(REP)
    await world.post(f"/v1/deals/{deal['id']}/win")
    path = f"/v1/deals/{deal['id']}/health"

    assert (await world.get(path, REP))["checks"] == []
    assert (await world.refusal("GET", path, by=OTHER_REP))[:2] == (404, "deal_not_found")


async def test_a_rep_without_a_deal_counts_in_the_average(world: World) -> None:
    await world.deal(REP, amount=euros("10.00"))
    joined = MemberJoined(
        member_id=named("new rep"), role="rep", created_at=NOW, team_id=UUID(str(named("north-1")))
    )
    await world.consume(told(joined, joined.member_id))

    shown = await world.get(BY_REP, DIRECTOR, team_id=str(named("north-1")))

    assert (shown["reps"], shown["average"]) == (2, euros("5.00"))
