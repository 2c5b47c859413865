"""Snapshots: every day and on demand, once, frozen whatever changes afterwards."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from services.forecast.due import LONG
from services.forecast.snapshot.use_cases.take_daily import plan_first_day
from shared.agenda.due_work import do_due_work
from shared.contracts.envelope import Envelope, wrap
from shared.contracts.events.gateway_team import TeamChanged
from shared.contracts.ids import new_id
from tests.forecast.builders import CONTEXT, at, deal_event, member, named, organisation, product, team, told
from tests.forecast.integration.world import World, euros, who

SNAPSHOTS = "/v1/forecast/snapshots"
RULES = "/v1/forecast/snapshot-rules"
NORTH = who("subtree", "head", team="north", teams=("north",))
SOUTH = who("subtree", "other head", team="south", teams=("south",))


def in_time(envelope: Envelope) -> Envelope:
    """Told when it happened."""
    return told(envelope, envelope.time)


async def some_deals(world: World) -> None:
    """Two teams; Ann has an open and a won deal, Bob has a committed one of next quarter."""
    await world.consume(
        organisation(),
        team("north"),
        team("south"),
        member("ann", team="north"),
        member("bob", team="south"),
        product("crane"),
    )
    await world.consume(
        in_time(deal_event("opened", "a", time="2027-01-10", owner_id=named("ann"))),
        in_time(
            deal_event(
                "won",
                "w",
                time="2027-02-05",
                owner_id=named("ann"),
                status="won",
                closed_at=at("2027-02-05"),
                product_id=named("crane"),
            )
        ),
        in_time(
            deal_event(
                "opened",
                "b",
                time="2027-01-11",
                owner_id=named("bob"),
                forecast_category="commit",
                expected_close=at("2027-04-02").date(),
            )
        ),
    )


async def taken(world: World, name: str = "before the board") -> str:
    answer = await world.post(SNAPSHOTS, {"name": name, "note": "for Q1"})
    return str(answer["id"])


async def test_a_snapshot_on_demand_is_created_told_and_listed(world: World) -> None:
    await some_deals(world)

    answer = await world.send("POST", SNAPSHOTS, json={"name": " before the board ", "note": "for Q1"})

    body = answer.json()
    assert (answer.status_code, answer.headers["ETag"]) == (201, '"1"')
    assert answer.headers["Location"] == f"{SNAPSHOTS}/{body['id']}"
    assert (body["kind"], body["name"], body["taken_at"]) == (
        "on_demand",
        "before the board",
        "2027-02-10T12:00:00Z",
    )
    assert await world.get(f"{SNAPSHOTS}/{body['id']}") == body
    assert (await world.get(SNAPSHOTS))["items"] == [body]
    [fact] = await world.events("forecast.snapshot")
    assert (fact["type"], fact["data"]["kind"]) == ("forecast.snapshot.taken", "on_demand")
    assert "board" not in str(fact)


async def test_figures_are_those_of_the_forecast_then(world: World) -> None:
    await some_deals(world)
    quarter, next_quarter = await world.forecast(), await world.forecast(period="2027-Q2")

    path = f"{SNAPSHOTS}/{await taken(world)}/figures"

    names = ("closed", "commit", "most_likely", "best_case", "open_pipeline", "weighted")
    assert euros(await world.get(path), *names) == euros(quarter, *names)
    assert euros(await world.get(path, period="2027-Q2"), *names) == euros(next_quarter, *names)
    year = await world.get(path, period="2027", group_by="month", rollup="single")
    shown = [(each["month"], each["closed"]["amount"], each["commit"]["amount"]) for each in year["groups"]]
    assert shown == [
        ("2027-02-01", "1000.00", "0.00"),
        ("2027-03-01", "0.00", "0.00"),
        ("2027-04-01", "0.00", "1000.00"),
    ]


async def everything_moves(world: World) -> None:
    """The deals, the teams, the calendar, and the ledger itself."""
    world.now = at("2027-02-20")
    await world.consume(
        deal_event("won", "a", sequence=2, time="2027-02-12", status="won", closed_at=at("2027-02-12"))
    )
    moved = TeamChanged(
        team_id=named("north"), name="north", created_at=at("2026-01-01"), parent_id=named("south")
    )
    await world.consume(
        wrap(moved, subject=moved.team_id, sequence=2, time=at("2027-02-13"), context=CONTEXT),
        member("ann", team="south", sequence=2),
        organisation(sequence=2, fiscal_start=4, time_zone="Asia/Tokyo", currency="USD"),
    )
    async with world.database.transaction() as connection:
        await connection.execute(text("TRUNCATE deal_now, deal_fact"))


@pytest.mark.parametrize("group_by", ["owner", "team", "product", "category", "month"])
async def test_whatever_changes_afterwards_what_is_frozen_stays(world: World, group_by: str) -> None:
    await some_deals(world)
    path = f"{SNAPSHOTS}/{await taken(world)}/figures"
    before = await world.get(path, group_by=group_by)

    await everything_moves(world)

    assert await world.get(path, group_by=group_by) == before
    assert len(before["groups"]) == 2 - (group_by in ("owner", "team"))


async def test_managers_see_their_teams_as_they_were(world: World) -> None:
    await some_deals(world)
    path = f"{SNAPSHOTS}/{await taken(world)}/figures"
    await everything_moves(world)

    async def amounts(**asked: Any) -> tuple[str, str]:
        found = await world.get(path, period="2027", rollup="single", **asked)
        return found["closed"]["amount"], found["commit"]["amount"]

    assert await amounts(by=NORTH) == ("1000.00", "0.00")
    assert await amounts(by=SOUTH) == ("0.00", "1000.00")
    assert await amounts(by=who("own", "ann")) == ("1000.00", "0.00")
    assert await amounts(by=who("none", "ops")) == ("0.00", "0.00")
    assert await amounts(team_id=str(named("south"))) == ("0.00", "1000.00")


async def test_what_is_not_frozen_is_refused_and_unknown_snapshots_are_not_there(world: World) -> None:
    await some_deals(world)
    path = f"{SNAPSHOTS}/{await taken(world)}/figures"

    week = await world.send("GET", path, params={"period": "2027-W09"})
    long_ago = await world.send("GET", path, params={"period": "2025"})
    unknown = await world.send("GET", f"{SNAPSHOTS}/{new_id()}/figures")

    for refused in (week, long_ago):
        assert (refused.status_code, refused.json()["code"]) == (400, "period_invalid")
    assert "from 2026-" in long_ago.json()["detail"]
    assert (unknown.status_code, unknown.json()["code"]) == (404, "snapshot_not_found")


async def days(world: World) -> list[dict[str, Any]]:
    found = await world.get(SNAPSHOTS, sort="taken_at")
    return [{name: each[name] for name in ("day", "kind", "taken_late")} for each in found["items"]]


async def test_each_midnight_is_taken_once_and_period_starts_are_marked(world: World) -> None:
    await world.consume(organisation(time_zone="Europe/Berlin"))
    await plan_first_day(world.database, at("2027-02-26T12:00"))
    await plan_first_day(world.database, at("2027-02-26T13:00"))

    for hour in range(0, 4 * 24):
        await world.work_off(at=at("2027-02-26T12:10") + timedelta(hours=hour))

    assert await days(world) == [
        {"day": "2027-02-27", "kind": "daily", "taken_late": False},
        {"day": "2027-02-28", "kind": "daily", "taken_late": False},
        {"day": "2027-03-01", "kind": "period_start", "taken_late": False},
        {"day": "2027-03-02", "kind": "daily", "taken_late": False},
    ]
    first = (await world.get(SNAPSHOTS, sort="taken_at"))["items"][0]
    assert first["taken_at"] == "2027-02-26T23:00:00Z"


async def test_two_workers_take_a_midnight_once(world: World) -> None:
    await world.consume(organisation())
    await plan_first_day(world.database, at("2027-02-26T12:00"))
    due = at("2027-02-27T00:06")

    await asyncio.gather(*(do_due_work(world.database, LONG, due) for _ in range(3)))

    assert len(await days(world)) == 1
    assert len(await world.events("forecast.snapshot")) == 1


async def test_midnights_passed_over_are_made_up_for_as_of_midnight(world: World) -> None:
    await some_deals(world)
    await plan_first_day(world.database, at("2027-02-03T12:00"))
    back = at("2027-02-06T09:00")

    await world.work_off(at=back)
    assert await days(world) == []
    await world.work_off(at=back + timedelta(minutes=2))

    assert [(each["day"], each["taken_late"]) for each in await days(world)] == [
        ("2027-02-04", True),
        ("2027-02-05", True),
        ("2027-02-06", True),
    ]
    closed = []
    for each in (await world.get(SNAPSHOTS, sort="taken_at"))["items"]:
        figures = await world.get(f"{SNAPSHOTS}/{each['id']}/figures")
        closed.append(figures["closed"]["amount"])
    assert closed == ["0.00", "1000.00", "1000.00"]


async def test_it_waits_while_old_events_arrive(world: World) -> None:
    await world.consume(organisation())
    await plan_first_day(world.database, at("2027-02-26T12:00"))
    due = at("2027-02-27T00:06")
    old = in_time(deal_event("opened", time="2027-02-26T20:00"))
    async with world.database.transaction() as connection:
        await connection.execute(
            text("INSERT INTO inbox (event_id, received_at) VALUES (:id, :at)"), {"id": old.id, "at": due}
        )

    await world.work_off(at=due)
    assert await days(world) == []
    await world.work_off(at=due + timedelta(minutes=2))

    assert len(await days(world)) == 1


async def days_of_thirteen_months(world: World) -> list[str]:
    """Those left of two days at the beginning of 2026, the first of a year, and one of February 2027."""
    await world.consume(organisation())
    await plan_first_day(world.database, at("2025-12-31T12:00"))
    await world.work_off(at=at("2025-12-31T12:00"))
    for day in ("2026-01-01", "2026-01-02"):
        await world.work_off(at=at(f"{day}T00:05"))
    async with world.database.transaction() as connection:
        await connection.execute(
            text("UPDATE agenda_entry SET payload = jsonb_set(payload, '{day}', '\"2027-02-11\"')")
        )

    await world.work_off(at=at("2027-02-11T00:10"))

    return [each["day"] for each in await days(world)]


async def set_rules(world: World, daily_days: int, **headers: str) -> httpx.Response:
    body = {"daily_days": daily_days}
    return await world.send("PUT", RULES, json=body, headers=headers)


async def test_days_are_kept_for_400_and_period_starts_for_ever(world: World) -> None:
    assert await days_of_thirteen_months(world) == ["2026-01-01", "2027-02-11"]


async def test_days_are_kept_as_long_as_the_rules_say(world: World) -> None:
    await set_rules(world, 500, **{"If-Match": "*"})

    assert await days_of_thirteen_months(world) == ["2026-01-01", "2026-01-02", "2027-02-11"]


async def test_the_rules_have_a_version_and_bounds(world: World) -> None:
    usual = await world.get(RULES)
    first = await set_rules(world, 30, **{"If-Match": '"0"'})
    late = await set_rules(world, 60, **{"If-Match": '"0"'})
    blind = await set_rules(world, 60)
    short = await set_rules(world, 6, **{"If-Match": "*"})

    assert (usual["daily_days"], usual["version"]) == (400, 0)
    assert (first.status_code, first.headers["ETag"], first.json()["daily_days"]) == (200, '"1"', 30)
    assert [each.status_code for each in (late, blind, short)] == [412, 428, 422]
    assert await world.get(RULES) == first.json()
