"""`GET /v1/recommendations` over real ledgers."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from shared.contracts.envelope import Envelope, wrap
from shared.contracts.events.leads_activity import ActivityLogged
from shared.contracts.identity import Identity
from tests.forecast.builders import CONTEXT, at, deal_event, eur, member, named, organisation, team
from tests.forecast.integration.world import DIRECTOR, World, who

Json = dict[str, Any]
NOW = at("2027-02-10T12:00")


def activity(name: str, at: datetime, **fields: Any) -> Envelope:
    state = {"activity_id": named(name), "activity_type": "call", "created_at": at, **fields}
    event = ActivityLogged(**state)
    return wrap(event, subject=event.activity_id, sequence=1, time=at, context=CONTEXT)


def over(name: str, *, won: bool, contacted: bool) -> list[Envelope]:
    """A deal of half a year ago that was decided after 60 days, with a call on its 25th day or without."""
    began = NOW - timedelta(days=180)
    deal = deal_event(
        "opened",
        name,
        time="2026-08-14",
        created_at=began,
        status="won" if won else "lost",
        closed_at=began + timedelta(days=60),
    )
    called = began + timedelta(days=25)
    calls = [activity(f"call {name}", called, deal_id=named(name), done_at=called)] if contacted else []
    return [deal, *calls]


def past() -> list[Envelope]:
    """Of 40 deals with a call 30 were won, of 40 without 10."""
    return [
        event
        for contacted, wins in ((True, 30), (False, 10))
        for number in range(40)
        for event in over(f"{contacted} {number}", won=number < wins, contacted=contacted)
    ]


def people() -> list[Envelope]:
    return [organisation(), team("north"), member("ann", team="north")]


def open_deal(name: str = "open", **fields: Any) -> Envelope:
    plain = {"created_at": NOW - timedelta(days=40), "owner_id": named("ann"), "amount": eur(500)}
    return deal_event("opened", name, time="2027-01-02", **{**plain, **fields})


async def recommendations(world: World, caller: Identity = DIRECTOR, **params: Any) -> Json:
    world.now = NOW
    return await world.get("/v1/recommendations", caller, **params)


async def test_the_next_best_action_comes_with_what_it_was_worth_in_own_deals(world: World) -> None:
    await world.consume(*people(), *past(), open_deal())

    (deal,) = (await recommendations(world, deal_id=str(named("open"))))["deals"]

    actions = {each["rule"]: each for each in deal["actions"]}
    assert deal["actions"][0]["rule"] == "quiet"
    quiet = actions["quiet"]
    assert quiet["evidence"] == {
        "state": "ok",
        "lift": 2.3333,
        "deals_with": 40,
        "won_with": 30,
        "deals_without": 40,
        "won_without": 10,
    }
    assert quiet["explanation"].endswith(
        "Of 80 deals those where it was otherwise were won 2.3 times as often."
    )
    assert actions["no_next_step"]["evidence"]["state"] == "insufficient_history"
    assert "close_date_passed" not in actions


async def test_a_deal_with_a_next_step_and_two_contacts_needs_neither(world: World) -> None:
    planned = {"due_at": NOW + timedelta(days=2), "contact_id": named("grace")}
    spoken = {"done_at": NOW - timedelta(days=3), "contact_id": named("henry")}
    await world.consume(
        *people(),
        open_deal(expected_close=at("2027-02-01").date()),
        activity("next", NOW - timedelta(days=5), deal_id=named("open"), **planned),
        activity("last", NOW - timedelta(days=3), deal_id=named("open"), **spoken),
    )

    (deal,) = (await recommendations(world))["deals"]

    assert [each["rule"] for each in deal["actions"]] == ["close_date_passed"]
    assert deal["last_activity_at"] == "2027-02-07T12:00:00Z"


async def test_without_a_prediction_the_chance_is_that_of_the_stage_and_says_so(world: World) -> None:
    await world.consume(*people(), open_deal(probability=Decimal("0.3")))

    (deal,) = (await recommendations(world))["deals"]

    assert (deal["win_chance"]["probability"], deal["win_chance"]["method"]) == (0.3, "stage_probability")
    assert deal["win_chance"]["sample_size"] is None


async def test_the_best_time_to_get_in_touch_is_when_tries_were_answered(world: World) -> None:
    events = []
    for week in range(1, 31):
        monday = datetime(2027, 2, 8, 9, tzinfo=NOW.tzinfo) - timedelta(weeks=week)
        friday = monday + timedelta(days=4, hours=6)
        of_acme = {"account_id": named("acme"), "owner_id": named("ann")}
        events += [
            activity(f"out {week}", monday, started_at=monday, direction="outbound", **of_acme),
            activity(
                f"in {week}", monday, started_at=monday + timedelta(hours=5), direction="inbound", **of_acme
            ),
            activity(f"late {week}", friday, started_at=friday, direction="outbound", **of_acme),
        ]
    await world.consume(*people(), *events)

    times = (await recommendations(world, owner_id=str(named("ann"))))["best_time_to_contact"]

    best = times["best"][0]
    assert (times["state"], times["tries"], times["answered"]) == ("ok", 60, 30)
    assert (best["weekday"], best["from_hour"], best["to_hour"], best["answered"]) == (1, 8, 12, 30)


async def test_too_few_tries_name_no_best_time(world: World) -> None:
    await world.consume(*people(), open_deal())

    times = (await recommendations(world))["best_time_to_contact"]

    assert (times["state"], times["best"]) == ("insufficient_history", [])


async def test_a_deal_out_of_reach_is_not_there(world: World) -> None:
    await world.consume(*people(), open_deal(), open_deal("closed", status="won", closed_at=NOW))
    bob = who("own", "bob")

    hidden = await world.send("GET", f"/v1/recommendations?deal_id={named('open')}", bob)
    closed = await world.send("GET", f"/v1/recommendations?deal_id={named('closed')}")

    assert (hidden.status_code, hidden.json()["code"]) == (404, "deal_not_found")
    assert closed.json()["code"] == "deal_not_found"
    assert (await recommendations(world, bob))["deals"] == []
