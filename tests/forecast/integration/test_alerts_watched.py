"""Alerts follow what is watched: rules, teams, periods, and deals that come back."""

from typing import Any

from shared.contracts.envelope import Envelope
from tests.forecast.builders import at, deal_event, eur, named, team, told
from tests.forecast.integration.test_alerts import RULES, alerts, behind, look, of_team, planned_checks
from tests.forecast.integration.test_gap import planned, then
from tests.forecast.integration.world import World


async def test_a_rule_for_another_kind_of_period_ends_the_alerts_of_the_first(world: World) -> None:
    await world.consume(*behind())
    await look(world)

    await world.send("PUT", RULES, json={"period": "month", "active": False})
    await world.work_off()

    ended = {(each["period"], each["status"], each["resolution"]) for each in await alerts(world)}
    assert ended == {("2027-Q1", "resolved", "by_itself")}


async def test_a_rule_that_is_removed_leaves_the_team_to_that_of_all_at_once(world: World) -> None:
    await world.consume(*behind())
    made = await world.send(
        "PUT", RULES, json={"team_id": str(named("north")), "share": "0.9", "critical": 1}
    )
    await look(world)
    assert await alerts(world, team_id=str(named("north"))) == []

    await world.send("DELETE", f"{RULES}/{made.json()['id']}", headers={"If-Match": "*"})
    await world.work_off()

    assert (await of_team(world))["status"] == "open"


async def test_the_alert_of_a_closed_team_ends_at_night_and_no_other_is_raised(world: World) -> None:
    await world.consume(*behind())
    await look(world)
    await world.send("PUT", RULES, json={})
    await world.work_off()

    await world.consume(team("north", sequence=2, active=False))
    await look(world)

    assert ((await of_team(world))["status"], (await of_team(world))["resolution"]) == (
        "resolved",
        "by_itself",
    )
    await look(world)
    assert (await of_team(world))["times"] == 1


async def test_a_look_after_the_period_ended_ends_its_alert_as_the_night_would(world: World) -> None:
    await world.consume(*behind())
    await look(world, named("north"))

    world.now = at("2027-04-01T01:00")
    await look(world, named("north"))

    assert (await of_team(world))["resolution"] == "period_over"


def reopened(name: str, amount: int) -> Envelope:
    on = "2027-02-10T12:30"
    state = {"amount": eur(amount), "owner_id": named("ann"), "created_at": at("2026-12-10")}
    event = deal_event("reopened", name, sequence=3, time=on, changed=("status", "closed_at"), **state)
    return told(event, at(on))


async def test_a_large_win_that_is_taken_back_is_looked_at_soon(world: World) -> None:
    ann: dict[str, Any] = {"owner_id": named("ann")}
    await world.consume(
        *behind(amount=10),
        *(planned("large", 1500, **ann), then("won", "large", amount=eur(1500), **ann)),
        *(planned("small", 5, **ann), then("won", "small", amount=eur(5), **ann)),
    )
    await look(world)

    async with world.database.reading() as connection:
        assert not await planned_checks(connection)
    await world.consume(reopened("small", 5))
    async with world.database.reading() as connection:
        assert not await planned_checks(connection)
    await world.consume(reopened("large", 1500))

    async with world.database.reading() as connection:
        assert named("north") in await planned_checks(connection)
