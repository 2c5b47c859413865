"""What was to close in a quarter and did not, and how often close dates are put off."""

from typing import Any

import pytest

from shared.contracts.envelope import Envelope
from tests.forecast.builders import at, deal_event, eur, member, named, organisation, team, told
from tests.forecast.integration.world import DIRECTOR, World, who

SLIPPAGE = "/v1/forecast/slippage"
Q1: dict[str, Any] = {"period": "2027-Q1"}


def event(kind: str, name: str, time: str, sequence: int = 2, **state: Any) -> Envelope:
    """Told when it happened."""
    made = deal_event(kind, name, sequence=sequence, time=time, **state)
    return told(made, made.time)


def due(name: str, **state: Any) -> Envelope:
    """Expected to close on 20 March, from before the quarter."""
    began = at("2026-12-01")
    return event("opened", name, "2026-12-01", 1, created_at=began, stage_entered_at=began, **state)


def put_off(name: str, when: str, to: str, sequence: int = 2, **state: Any) -> Envelope:
    return event("changed", name, when, sequence, expected_close=at(to).date(), **state)


def ended(kind: str, name: str, when: str, **state: Any) -> Envelope:
    return event(kind, name, when, 3, status=kind, closed_at=at(when), **state)


STORY = [
    *(due("won"), ended("won", "won", "2027-02-10")),
    *(due("lost"), ended("lost", "lost", "2027-02-11", forecast_category="omitted")),
    *(due("later"), put_off("later", "2027-02-12", "2027-04-19")),
    *(
        due("often"),
        put_off("often", "2027-01-12", "2027-03-25"),
        put_off("often", "2027-02-01", "2027-03-27", 3),
    ),
    *(put_off("often", "2027-03-01", "2027-04-09", 4), put_off("often", "2027-03-02", "2027-04-01", 5)),
    *(due("won late", amount=eur(500)), ended("won", "won late", "2027-04-04")),
    due("forgotten"),
    *(due("aside"), event("changed", "aside", "2027-02-20", forecast_category="omitted")),
    event("opened", "new", "2027-01-05", 1),
]


@pytest.fixture
async def told_world(world: World) -> World:
    """After the quarter, with everything told."""
    world.now = at("2027-04-10")
    await world.consume(organisation(), team("north"), member("rep", team="north"), *STORY)
    return world


def counts(found: dict[str, Any]) -> dict[str, int]:
    fates = ("due", "won", "lost", "slipped", "pending", "omitted", "transferred")
    return {fate: found[fate]["deals"] for fate in fates}


async def test_what_was_due_is_told_by_what_became_of_it(told_world: World) -> None:
    found = await told_world.get(SLIPPAGE, **Q1)

    assert counts(found) == {
        "due": 7,
        "won": 1,
        "lost": 1,
        "slipped": 4,
        "pending": 0,
        "omitted": 1,
        "transferred": 0,
    }
    assert (found["slipped"]["amount"]["amount"], found["due"]["amount"]["amount"]) == ("3500.00", "6500.00")
    assert (found["share_of_deals"], found["share_of_amount"]) == (0.5714, 0.5385)
    assert (found["average_days"], found["median_days"]) == (16.5, 12.0)


async def test_the_deals_behind_it_are_listed_with_their_days(told_world: World) -> None:
    slipped = await told_world.get(f"{SLIPPAGE}/deals", fate="slipped", **Q1)

    shown = [(each["name"], each["days"], each["expected_at_start"]) for each in slipped["items"]]
    assert sorted(shown) == [
        ("forgotten", 12, "2027-03-20"),
        ("later", 30, "2027-03-20"),
        ("often", 12, "2027-03-20"),
        ("won late", 12, "2027-03-20"),
    ]
    assert (await told_world.get(f"{SLIPPAGE}/deals", **Q1))["items"][0]["name"] == "later"


async def test_while_the_quarter_runs_what_is_still_to_come_is_pending(told_world: World) -> None:
    told_world.now = at("2027-03-15")

    found = await told_world.get(SLIPPAGE, **Q1)

    told_world.now = at("2027-03-21")
    passed = await told_world.get(SLIPPAGE, **Q1)
    assert (found["pending"]["deals"], found["slipped"]["deals"]) == (1, 3)
    assert (passed["pending"]["deals"], passed["slipped"]["deals"]) == (0, 4)


async def test_pushes_are_counted_by_deal_and_by_month(told_world: World) -> None:
    found = await told_world.get(SLIPPAGE, times=2, **Q1)
    once = await told_world.get(SLIPPAGE, times=0, **Q1)

    assert found["pushes"] == {
        "pushes": 4,
        "deals": 2,
        "days": 50,
        "average_days_pushed": 12.5,
        "pushed_more_than": 1,
    }
    assert once["pushes"]["pushed_more_than"] == 2
    months = [(each["month"], each["pushes"], each["days"]) for each in found["months"]]
    assert months == [("2027-01-01", 1, 5), ("2027-02-01", 2, 32), ("2027-03-01", 1, 13)]


async def test_the_deals_put_off_are_listed_the_most_often_first(told_world: World) -> None:
    found = await told_world.get(f"{SLIPPAGE}/pushes", **Q1)
    often = await told_world.get(f"{SLIPPAGE}/pushes", pushes="gt:2", **Q1)

    shown = [
        (each["name"], each["pushes"], each["days"], each["last_pushed_at"][:10]) for each in found["items"]
    ]
    assert shown == [("often", 3, 20, "2027-03-01"), ("later", 1, 30, "2027-02-12")]
    assert [each["name"] for each in often["items"]] == ["often"]


@pytest.mark.parametrize("group_by", ["owner", "team", "product", "stage"])
async def test_groups_add_up(told_world: World, group_by: str) -> None:
    found = await told_world.get(SLIPPAGE, group_by=group_by, **Q1)

    [group] = found["groups"]
    assert counts(group) == counts(found)
    assert group["pushes"] == found["pushes"]


async def test_only_what_the_caller_may_see_counts(told_world: World) -> None:
    theirs = await told_world.get(SLIPPAGE, who("own", "other"), **Q1)
    north = await told_world.get(SLIPPAGE, who("subtree", "head", team="north", teams=("north",)), **Q1)
    by_owner = await told_world.get(SLIPPAGE, owner_id=str(named("rep")), **Q1)
    by_team = await told_world.get(SLIPPAGE, DIRECTOR, team_id=str(named("north")), **Q1)

    assert (theirs["due"]["deals"], theirs["pushes"]["pushes"], theirs["share_of_deals"]) == (0, 0, None)
    assert counts(north) == counts(by_owner) == counts(by_team)


async def test_a_period_that_has_not_begun_is_refused(told_world: World) -> None:
    answer = await told_world.send("GET", SLIPPAGE, params={"period": "2027-Q3"})

    assert (answer.status_code, answer.json()["code"]) == (400, "period_invalid")
