"""How often deals are won, how long that takes, and what the pipeline brings a day."""

from uuid import UUID

import pytest

from shared.contracts.events.leads_activity import ActivityLogged
from shared.contracts.events.leads_lead import DealWanted, LeadConverted
from tests.pipeline.integration.world import (
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

WIN_RATE, VELOCITY = "/v1/analytics/win-rate", "/v1/analytics/velocity"
CYCLE_TIME, SALES_CYCLE = "/v1/analytics/cycle-time", "/v1/kpis/sales-cycle"
MARCH: Json = {"period": "2027-03"}


async def closed(world: World, outcome: str, amount: str | None, *, took: int, owner: str = "rep") -> None:
    """A deal of this owner that closed today after so many days."""
    item = {
        "name": "Acme",
        "owner_id": str(named(owner)),
        "amount": amount and euros(amount),
        "created_at": iso(world.now - days(took)),
        "closed_at": iso(world.now),
        "outcome": outcome,
    }
    await world.post("/v1/deals", item)


async def a_february_and_a_march(world: World) -> None:
    """In February one of two was won; in March five of eight, one of them without amount."""
    world.now = NOW - days(10)
    await closed(world, "won", "10.00", took=5)
    await closed(world, "lost", "10.00", took=5)
    world.now = NOW + days(4)
    for took, amount in ((10, "100.00"), (20, "200.00"), (30, "300.00"), (40, "400.00"), (50, "500.00")):
        await closed(world, "won", amount, took=took)
    await closed(world, "lost", "1500.00", took=2, owner="other rep")
    await closed(world, "lost", None, took=4, owner="other rep")
    await closed(world, "lost", "1000.00", took=6, owner="other rep")


async def test_the_win_rate_is_told_by_count_and_by_value(world: World) -> None:
    await a_february_and_a_march(world)

    answer = await world.get(WIN_RATE, **MARCH)

    figures = answer["figures"]
    assert (figures["won"], figures["lost"], figures["decided"]) == (5, 3, 8)
    assert (figures["win_rate"], figures["win_rate_by_value"]) == (0.625, 0.375)
    assert (figures["won_value"], figures["without_amount"]) == (euros("1500.00"), 1)
    assert answer["definitions"]["win_rate"]["denominator"] == "Decided"


async def test_it_stands_beside_the_period_before_and_too_few_say_nothing(world: World) -> None:
    await a_february_and_a_march(world)

    answer = await world.get(WIN_RATE, **MARCH)

    assert (answer["previous_period"]["name"], answer["previous"]["decided"]) == ("2027-02", 2)
    assert (answer["previous"]["win_rate"], answer["previous"]["state"]) == (None, "insufficient_history")


async def test_every_report_is_split_and_seen_as_deals_are(world: World) -> None:
    await a_february_and_a_march(world)

    by_owner = await world.get(WIN_RATE, **MARCH, group_by="owner")
    own = await world.get(WIN_RATE, OTHER_REP, **MARCH)
    teams = await world.get(WIN_RATE, MANAGER, **MARCH, group_by="team")
    one = await world.get(WIN_RATE, **MARCH, owner_id=REP.sub)

    decided = {group["key"]: group["figures"]["decided"] for group in by_owner["groups"]}
    assert decided == {REP.sub: 5, OTHER_REP.sub: 3}
    assert (own["figures"]["won"], own["figures"]["lost"]) == (0, 3)
    assert [(group["key"], group["figures"]["won"]) for group in teams["groups"]] == [
        (str(named("north-1")), 5)
    ]
    assert one["figures"]["lost"] == 0


async def test_the_cycle_time_has_its_percentiles(world: World) -> None:
    await a_february_and_a_march(world)

    figures = (await world.get(CYCLE_TIME, **MARCH))["figures"]

    assert figures["won_from_creation"] == {
        **{"deals": 5, "mean": 30.0, "median": 30.0, "p25": 20.0, "p75": 40.0, "p90": 46.0},
        "state": "ok",
    }
    assert figures["lost_from_creation"]["state"] == "insufficient_history"
    assert (figures["lost_from_creation"]["deals"], figures["lost_from_creation"]["mean"]) == (3, None)


async def test_a_sale_begins_with_the_first_contact_with_the_lead(world: World) -> None:
    for number in range(5):
        lead = LeadConverted(
            lead_id=named(f"lead {number}"),
            status="converted",
            created_at=NOW - days(20),
            first_contact_at=NOW - days(10) if number else None,
            deal=DealWanted(deal_id=named(f"deal {number}"), name="Acme"),
        )
        await world.consume(told(lead, lead.lead_id))
        world.now = NOW + days(2)
        await world.post(f"/v1/deals/{named(f'deal {number}')}/win")
    await closed(world, "won", None, took=99)

    figures = (await world.get(SALES_CYCLE, **MARCH))["figures"]

    assert (figures["from_first_contact"]["deals"], figures["from_first_contact"]["median"]) == (5, 12.0)
    assert figures["from_first_contact"]["mean"] == 14.0
    assert (figures["from_creation"]["deals"], figures["from_creation"]["median"]) == (6, 2.0)


async def test_a_sale_begins_with_the_first_activity_done_for_the_deal(world: World) -> None:
    for number in range(5):
        deal = await world.deal(created_at=iso(NOW - days(9)))
        for ago in (5, 7):
            call = ActivityLogged(
                activity_id=named(f"call {number} {ago}"),
                activity_type="call",
                created_at=NOW - days(ago),
                deal_id=UUID(deal["id"]),
                done_at=NOW - days(ago),
            )
            await world.consume(told(call, call.activity_id))
        await world.post(f"/v1/deals/{deal['id']}/win")

    figures = (await world.get(SALES_CYCLE, **MARCH))["figures"]

    assert (figures["from_first_contact"]["deals"], figures["from_first_contact"]["median"]) == (5, 7.0)
    assert figures["from_creation"]["median"] == 9.0


async def test_velocity_is_what_the_open_deals_bring_a_day(world: World) -> None:
    await a_february_and_a_march(world)
    for _ in range(6):
        await world.deal(REP)

    figures = (await world.get(VELOCITY, **MARCH))["figures"]

    # 6 open x 0.625 x 300.00 / 30 days
    assert (figures["open_deals"], figures["win_rate"]) == (6, 0.625)
    assert (figures["average_value"], figures["cycle_days"]) == (euros("300.00"), 30.0)
    assert figures["velocity"] == euros("37.50")


async def test_velocity_of_the_past_takes_what_was_open_then(world: World) -> None:
    deal = await world.deal(created_at=iso(NOW - days(20)))
    world.now = NOW - days(5)
    await world.post(f"/v1/deals/{deal['id']}/lose", {"reason": "price"})
    still = await world.deal(created_at=iso(NOW - days(20)))
    world.now = NOW + days(9)
    await world.post(f"/v1/deals/{deal['id']}/reopen")
    await world.post(f"/v1/deals/{still['id']}/win")

    answer = await world.get(VELOCITY, **MARCH)

    assert (answer["figures"]["open_deals"], answer["previous"]["open_deals"]) == (1, 1)
    assert answer["figures"]["state"] == "insufficient_history"


@pytest.mark.parametrize("path", [WIN_RATE, VELOCITY, CYCLE_TIME, SALES_CYCLE])
async def test_every_figure_is_defined_where_nothing_is_there_too(world: World, path: str) -> None:
    answer = await world.get(path)

    assert answer["figures"] == answer["previous"]
    assert answer["groups"] == []
    assert answer["figures"].keys() - {"state"} <= answer["definitions"].keys()
