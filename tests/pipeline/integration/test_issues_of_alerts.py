"""Alerts about forecasts become issues that know the leak and how the alert stands."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from services.pipeline.leak_run.use_cases.run_nightly import plan_first_night
from shared.contracts.envelope import Envelope, EventContext, wrap
from shared.contracts.events.forecast_alert import AlertCause, AlertChanged, AlertRaised, AlertResolved
from shared.contracts.money import Money
from tests.pipeline.integration.test_leaks import FIRST, LEAKS, a_quarter_of, load
from tests.pipeline.integration.world import DIRECTOR, MANAGER, NOW, REP, Json, World, days, euros, named

ISSUES = "/v1/issues"
ALERT = named("alert")
KINDS = {"raised": AlertRaised, "changed": AlertChanged, "resolved": AlertResolved}


def an_alert(
    kind: str, stage_id: str | None = None, *, sequence: int = 1, value: str = "fair", **state: Any
) -> Envelope:
    """An alert that six thousand are missing of the fair, lost in this stage."""
    cause = AlertCause(
        part="lost",
        amount=Money(amount=Decimal("6000.00"), currency="EUR"),
        share=Decimal("0.6"),
        deals=24,
        by="source",
        value=value,
        stage_id=None if stage_id is None else UUID(stage_id),
        measure="lost",
    )
    told: dict[str, Any] = {
        "alert_id": ALERT,
        "kind": "forecast_gap",
        "status": "resolved" if kind == "resolved" else "open",
        "severity": "warning",
        "period": "2027-Q1",
        "starts_on": date(2027, 1, 1),
        "ends_on": date(2027, 3, 31),
        "figure": Decimal("0.15"),
        "limit": Decimal("0.1"),
        "created_at": NOW,
        "cause": cause,
        **state,
    }
    context = EventContext(source="/forecast", correlation_id="test")
    return wrap(KINDS[kind](**told), subject=ALERT, sequence=sequence, time=NOW, context=context)


async def leaking(world: World, owner: str | None = None) -> str:
    """The stage in which the fair's deals are lost."""
    whose: dict[str, Any] = {"owner_id": str(named(owner))} if owner else {}
    await load(world, [*a_quarter_of("fair", lost=24, **whose), *a_quarter_of("web", lost=6, **whose)])
    [found] = (await world.get(LEAKS))["findings"]
    return str(found["stage_id"])


async def issues(world: World, by: Any = DIRECTOR) -> list[Json]:
    return list((await world.get(f"{ISSUES}?alert_id={ALERT}", by))["items"])


async def told_of(world: World, issue: Json) -> list[tuple[str, str | None]]:
    events = await world.events(issue["id"])
    return [(each["type"].rsplit(".", 1)[-1], each["data"]["alert_status"]) for each in events]


async def test_an_alert_opens_an_issue_with_the_figures_of_the_leak_behind_it(world: World) -> None:
    stage = await leaking(world)

    await world.consume(an_alert("raised", stage))
    await world.work_off()

    [issue] = await issues(world)
    assert issue["title"] == f"Behind forecast 2027-Q1: Lost in “{FIRST}”: source fair"
    assert (issue["stage_id"], issue["by"], issue["value"]) == (stage, "source", "fair")
    assert (issue["alert_status"], issue["opened_by"], issue["owner_id"]) == ("open", "system", None)
    assert issue["value_at_stake"] == euros("6000.00")
    assert issue["evidence"]["now"] == {"deals": 24, "of": 60, "share": 0.4}
    assert (issue["leak"]["deals"], issue["leak"]["reference_of"]) == (24, 240)
    assert issue["leak"]["first_seen"] is None
    [event] = await world.events(issue["id"])
    assert (event["type"], event["data"]["alert_id"]) == ("pipeline.issue.opened", str(ALERT))
    assert event["data"]["leak"]["p_value"] < 0.001


async def test_the_issue_names_since_when_the_nightly_look_sees_the_leak(world: World) -> None:
    stage = await leaking(world)
    await plan_first_night(world.database, world.now)
    await world.work_off(at=world.now + days(1))

    await world.consume(an_alert("raised", stage))
    await world.work_off(at=world.now + days(1))

    [issue] = await issues(world)
    assert issue["leak"]["first_seen"] == "2027-03-02"
    assert issue["leak"]["q_value"] < 0.05


async def test_told_twice_it_opens_one_issue(world: World) -> None:
    stage = await leaking(world)

    await world.consume(an_alert("raised", stage))
    await world.work_off()
    await world.consume(an_alert("raised", stage, sequence=2), an_alert("changed", stage, sequence=3))
    await world.work_off()

    [issue] = await issues(world)
    assert await told_of(world, issue) == [("opened", "open")]


async def test_the_issue_hears_that_its_alert_is_resolved_and_stays_open(world: World) -> None:
    stage = await leaking(world)
    await world.consume(an_alert("raised", stage))
    await world.work_off()

    await world.consume(an_alert("resolved", stage, sequence=2))
    await world.work_off()

    [issue] = await issues(world)
    assert (issue["status"], issue["alert_status"]) == ("open", "resolved")
    assert await told_of(world, issue) == [("opened", "open"), ("changed", "resolved")]


async def test_an_issue_that_was_closed_is_open_again_when_its_alert_is_raised_again(world: World) -> None:
    stage = await leaking(world)
    await world.consume(an_alert("raised", stage))
    await world.work_off()
    await world.consume(an_alert("resolved", stage, sequence=2))
    await world.work_off()
    [issue] = await issues(world)
    closed = await world.send(
        "PATCH", f"{ISSUES}/{issue['id']}", json={"status": "closed"}, headers={"If-Match": '"2"'}
    )
    assert closed.status_code == 200, closed.text

    await world.consume(an_alert("raised", stage, sequence=3, times=2))
    await world.work_off()

    [again] = await issues(world)
    assert (again["id"], again["status"], again["alert_status"]) == (issue["id"], "open", "open")


async def test_an_alert_that_is_over_before_its_turn_opens_nothing(world: World) -> None:
    stage = await leaking(world)

    await world.consume(an_alert("raised", stage), an_alert("resolved", stage, sequence=2))
    await world.work_off()

    assert await issues(world) == []


async def test_an_alert_without_a_known_stage_opens_an_issue_without_figures(world: World) -> None:
    await world.consume(an_alert("raised", str(named("unknown"))))
    await world.work_off()

    [issue] = await issues(world)
    assert (issue["title"], issue["evidence"], issue["leak"]) == ("Behind forecast 2027-Q1", None, None)


async def test_an_issue_by_hand_about_the_same_stage_and_part_stands_beside_it(world: World) -> None:
    stage = await leaking(world)
    await world.consume(an_alert("raised", stage))
    await world.work_off()

    body = {"stage_id": stage, "measure": "lost", "by": "source", "value": "fair"}
    by_hand = await world.send("POST", ISSUES, json=body)

    assert by_hand.status_code == 201
    assert by_hand.json()["alert_id"] is None


@pytest.mark.parametrize(("team", "seen"), [("north-1", [1, 1, 0]), ("south", [1, 0, 0]), (None, [1, 0, 0])])
async def test_what_nobody_owns_yet_is_seen_by_who_answers_for_the_team_of_the_alert(
    world: World, team: str | None, seen: list[int]
) -> None:
    await world.consume(an_alert("raised", team_id=team and named(team)))
    await world.work_off()

    assert [len(await issues(world, by)) for by in (DIRECTOR, MANAGER, REP)] == seen
    [issue] = await issues(world)
    assert (await world.events(issue["id"]))[0]["data"]["team_id"] == (team and str(named(team)))
    other = await world.send("GET", f"{ISSUES}/{issue['id']}", MANAGER)
    assert other.status_code == (200 if seen[1] else 404)


async def test_an_issue_that_somebody_owns_is_seen_as_the_owners_records(world: World) -> None:
    await world.consume(an_alert("raised", team_id=named("south")))
    await world.work_off()
    [issue] = await issues(world)

    owner = {"owner_id": str(named("rep"))}
    given = await world.send("PATCH", f"{ISSUES}/{issue['id']}", json=owner, headers={"If-Match": '"1"'})

    assert given.status_code == 200, given.text
    assert [len(await issues(world, by)) for by in (DIRECTOR, MANAGER, REP)] == [1, 1, 1]


async def test_the_leak_of_a_team_is_measured_among_its_own_deals_and_compared_again_there(
    world: World,
) -> None:
    stage = await leaking(world, owner="rep")
    await world.consume(an_alert("raised", stage, team_id=named("south")))
    await world.work_off()

    [issue] = await issues(world)
    again = await world.send("POST", f"{ISSUES}/{issue['id']}/recheck", DIRECTOR, headers={"If-Match": '"1"'})

    assert issue["title"].startswith("Behind forecast 2027-Q1 of south: Lost in")
    assert issue["evidence"]["now"]["of"] == 0
    assert again.status_code == 200, again.text


async def test_an_issue_that_ended_is_opened_again_about_the_leak_that_is_behind_the_alert_now(
    world: World,
) -> None:
    stage = await leaking(world)
    await world.consume(an_alert("raised", stage))
    await world.work_off()
    await world.consume(an_alert("resolved", stage, sequence=2))
    await world.work_off()
    [issue] = await issues(world)
    await world.send(
        "PATCH", f"{ISSUES}/{issue['id']}", json={"status": "closed"}, headers={"If-Match": '"2"'}
    )

    await world.consume(an_alert("raised", stage, sequence=3, times=2, value="web"))
    await world.work_off()

    [again] = await issues(world)
    assert (again["id"], again["value"], again["leak"]["value"]) == (issue["id"], "web", "web")
    assert again["title"].endswith("source web")
    assert again["evidence"]["now"]["deals"] == 6
