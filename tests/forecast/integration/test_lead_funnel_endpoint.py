"""`GET /v1/lead-funnel` over real ledgers, and `GET /v1/forecast/inputs`."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from shared.contracts.envelope import Envelope, wrap
from shared.contracts.events.leads_activity import ActivityLogged
from shared.contracts.identity import Identity
from tests.forecast.builders import (
    CONTEXT,
    at,
    deal_event,
    eur,
    lead_event,
    member,
    named,
    organisation,
    team,
)
from tests.forecast.integration.world import DIRECTOR, World, who

STEPS = ("received", "contacted", "qualified", "converted", "won", "disqualified")


def cohort() -> list[Envelope]:
    """Six leads of January: one at each step, one disqualified; and one of another quarter."""
    steps: tuple[dict[str, Any], ...] = (
        {"first_contact_at": at("2027-01-20"), "status": "contacted"},
        {"qualified_at": at("2027-01-25"), "status": "qualified"},
        {"converted_at": at("2027-02-01"), "status": "converted"},
    )
    met, fit, sold = steps
    return [
        organisation(),
        team("north"),
        member("ann", team="north"),
        lead_event("new", owner_id=named("ann")),
        lead_event("contacted", **met, owner_id=named("ann")),
        lead_event("qualified without contact", **fit, source="fair"),
        lead_event("converted", **(met | fit | sold), source="fair"),
        lead_event("won", **(met | fit | sold), source="fair", campaign="spring"),
        lead_event("out", status="disqualified", disqualified_at=at("2027-01-30"), source=None),
        lead_event("earlier", created="2026-12-31"),
        deal_event(
            "opened",
            "their deal",
            time="2027-02-01",
            status="won",
            created_at=at("2027-02-01"),
            closed_at=at("2027-03-01"),
            amount=eur(900),
            lead_id=named("won"),
        ),
        deal_event("opened", "open deal", time="2027-02-01", lead_id=named("converted")),
    ]


def counts(answer: dict[str, Any]) -> list[int]:
    return [answer[step] for step in STEPS]


async def funnel(world: World, by: Identity = DIRECTOR, **params: Any) -> dict[str, Any]:
    return await world.get("/v1/lead-funnel", by, **{"period": "2027-Q1", **params})


async def test_the_leads_of_a_period_are_counted_by_the_step_they_reached(world: World) -> None:
    await world.consume(*cohort())

    answer = await funnel(world)

    assert counts(answer) == [6, 4, 3, 2, 1, 1]
    assert answer["conversion"] == {
        "lead_to_contact": 0.6667,
        "contact_to_qualified": 0.75,
        "qualified_to_converted": 0.6667,
        "lead_to_converted": 0.3333,
        "lead_to_won": 0.1667,
        "contact_to_won": 0.25,
    }
    assert answer["won_amount"] == {"amount": "900.00", "currency": "EUR"}
    assert answer["yield_per_lead"] == {"amount": "150.00", "currency": "EUR"}
    assert answer["definitions"]["contact_to_won"]["denominator"] == "Contacted"


async def test_a_period_without_leads_claims_no_conversion(world: World) -> None:
    await world.consume(*cohort())

    answer = await funnel(world, period="2020")

    assert counts(answer) == [0] * 6
    assert set(answer["conversion"].values()) == {None}
    assert answer["yield_per_lead"] is None


@pytest.mark.parametrize(
    ("group_by", "key", "received"),
    [
        ("source", "source", {"fair": 3, "web": 2, None: 1}),
        ("campaign", "campaign", {"spring": 1, None: 5}),
        ("owner", "owner_id", {str(named("ann")): 2, None: 4}),
        ("partner", "partner_id", {None: 6}),
    ],
)
async def test_groups_hold_their_own_leads_and_nobodys_come_last(
    world: World, group_by: str, key: str, received: dict[str | None, int]
) -> None:
    await world.consume(*cohort())

    answer = await funnel(world, group_by=group_by)

    assert {group[key]: group["received"] for group in answer["groups"]} == received
    assert answer["groups"][-1][key] is None
    assert counts(answer) == [6, 4, 3, 2, 1, 1]


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        ("2027-01-14", [0, 0, 0, 0, 0, 0]),
        ("2027-01-15", [6, 0, 0, 0, 0, 0]),
        ("2027-01-25", [6, 4, 3, 0, 0, 0]),
        ("2027-02-28", [6, 4, 3, 2, 0, 1]),
        ("2027-03-01", [6, 4, 3, 2, 1, 1]),
    ],
)
async def test_as_of_counts_the_steps_reached_by_then(world: World, as_of: str, expected: list[int]) -> None:
    await world.consume(*cohort())
    world.now = at("2027-03-20")

    assert counts(await funnel(world, as_of=as_of)) == expected


@pytest.mark.parametrize(
    ("by", "received"),
    [
        (who("own", "ann"), 2),
        (who("own", "bob"), 0),
        (who("subtree", "boss", teams=["north"]), 6),
        (who("partner", "partner"), 0),
    ],
)
async def test_everybody_sees_the_funnel_of_the_leads_they_may_see(
    world: World, by: Identity, received: int
) -> None:
    await world.consume(*cohort())

    assert (await funnel(world, by))["received"] == received


async def test_a_lead_with_two_won_deals_is_one_won_lead_with_both_amounts(world: World) -> None:
    won: dict[str, Any] = {
        "status": "won",
        "closed_at": at("2027-03-01"),
        "lead_id": named("won"),
        "amount": eur(100),
    }
    await world.consume(*cohort(), deal_event("opened", "second", time="2027-02-01", **won))

    answer = await funnel(world)

    assert (answer["won"], answer["won_amount"]["amount"]) == (1, "1000.00")


async def test_a_lead_fed_2_3_2_1_ends_at_3(world: World) -> None:
    sources = [lead_event("lead", sequence=n, source=f"source {n}") for n in (1, 2, 3)]
    await world.consume(organisation())

    for n in (2, 3, 2, 1):
        await world.project(sources[n - 1])

    assert [group["source"] for group in (await funnel(world, group_by="source"))["groups"]] == ["source 3"]


async def test_a_lead_put_away_no_longer_counts_but_did_before(world: World) -> None:
    away = lead_event("new", sequence=2, archived_at=at("2027-02-10"))
    await world.consume(*cohort(), away)

    now, then = await funnel(world), await funnel(world, as_of="2027-02-09")

    assert (now["received"], then["received"]) == (5, 6)


async def test_a_merged_lead_counts_once_as_the_lead_it_is_part_of(world: World) -> None:
    merged = lead_event("new", sequence=2, merged_into=named("contacted"))
    await world.consume(*cohort(), merged)

    apart = await funnel(world)
    await world.consume(lead_event("new", sequence=3))

    assert (apart["received"], (await funnel(world))["received"]) == (5, 6)


instants = st.none() | st.integers(16, 28).map(lambda day: at(f"2027-01-{day}"))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    leads=st.lists(st.tuples(instants, instants, instants, instants, st.booleans()), max_size=8),
)
async def test_a_funnel_never_widens(world: World, leads: list[tuple[Any, ...]]) -> None:
    async with world.database.transaction() as connection:
        await connection.execute(text("TRUNCATE lead_now, deal_now, deal_fact"))
    await world.consume(organisation())
    names = ("first_contact_at", "qualified_at", "converted_at", "disqualified_at")
    for number, (*steps, won) in enumerate(leads):
        await world.project(lead_event(f"lead {number}", **dict(zip(names, steps, strict=True))))
        if won:
            deal: dict[str, Any] = {
                "status": "won",
                "closed_at": at("2027-02-01"),
                "lead_id": named(f"lead {number}"),
            }
            await world.project(deal_event("opened", f"deal {number}", time="2027-01-20", **deal))

    answer = await funnel(world)

    assert counts(answer)[0] == len(leads)
    assert counts(answer)[:5] == sorted(counts(answer)[:5], reverse=True)
    assert answer["won"] == sum(1 for lead in leads if lead[-1])


async def test_the_inputs_say_how_much_is_known_and_how_fresh_it_is(world: World) -> None:
    activity = ActivityLogged(activity_id=named("call"), activity_type="call", created_at=at("2027-01-01"))
    logged = wrap(
        activity, subject=activity.activity_id, sequence=1, time=activity.created_at, context=CONTEXT
    )
    await world.consume(*cohort())

    before = await world.get("/v1/forecast/inputs")
    await world.consume(logged, logged)
    after = await world.get("/v1/forecast/inputs")

    assert {kind: figures["records"] for kind, figures in before.items()} == {
        "deals": 2,
        "leads": 7,
        "activities": 0,
    }
    assert before["activities"]["last_event_at"] is None
    assert after["activities"]["records"] == 1
    assert after["activities"]["last_event_at"] is not None
