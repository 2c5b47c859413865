"""Deadlines of `/v1/forecast/submissions`: reminded, overdue, locked and unlocked, each told once."""

import asyncio
from datetime import datetime
from typing import Any

import pytest

from tests.forecast.builders import at, named
from tests.forecast.integration.submitting import (
    ANN,
    BOSS,
    FRIDAY,
    PATH,
    RULES,
    TOPIC,
    WEEKLY,
    do,
    hand_in,
    handed_in,
    kinds,
    money,
    staff,
    with_rules,
)
from tests.forecast.integration.world import DIRECTOR, World


@pytest.fixture
async def staffed(world: World) -> World:
    return await staff(world)


async def step(world: World, instant: datetime) -> None:
    """Two workers at this instant."""
    world.now = instant
    await asyncio.gather(world.work_off(), world.work_off())


async def test_without_rules_it_is_locked_at_the_end_of_the_period(staffed: World) -> None:
    state = await handed_in(staffed)

    await staffed.work_off(at=at("2027-04-01"))

    locked = await staffed.get(f"{PATH}/{state['id']}", ANN)
    assert (locked["due_at"], locked["status"], locked["locks_at"]) == (
        None,
        "locked",
        "2027-04-01T00:00:00Z",
    )


async def test_the_round_is_opened_reminded_overdue_and_locked_each_told_once(staffed: World) -> None:
    await with_rules(staffed, WEEKLY)
    rounds = [at("2027-02-11T17:00"), FRIDAY, at("2027-02-14T17:00")]
    mine: list[dict[str, Any]] = []
    for instant in rounds:
        await step(staffed, instant)
        await step(staffed, instant)
        mine += [(await staffed.get(PATH, ANN))["items"][0]]

    assert [each["status"] for each in mine] == ["draft", "draft", "locked"]
    assert [each["due_at"] for each in mine] == ["2027-02-12T17:00:00Z"] * 3
    told = [each for each in await staffed.events(TOPIC) if each["data"]["owner_id"] == str(named("ann"))]
    assert [each["type"].rsplit(".", 1)[1] for each in told] == ["reminded", "overdue", "locked"]
    nodes = {(each["kind"], each["name"]) for each in (await staffed.get(PATH))["items"]}
    assert nodes == {("member", None), ("team", "north"), ("team", "oslo"), ("team", "south")}
    assert len((await staffed.get(PATH))["items"]) == 5


async def test_without_grace_it_is_overdue_before_it_is_locked(staffed: World) -> None:
    await with_rules(staffed, {**WEEKLY, "asked": ["member"], "grace_hours": 0})

    for instant in (at("2027-02-11T17:00"), FRIDAY):
        await step(staffed, instant)

    assert sorted(await kinds(staffed)) == sorted(["reminded", "overdue", "locked"] * 2)
    for state in (await staffed.get(PATH))["items"]:
        told = [each["type"] for each in await staffed.events(TOPIC) if each["subject"] == state["id"]]
        assert [each.rsplit(".", 1)[1] for each in told] == ["reminded", "overdue", "locked"]


async def test_who_has_handed_in_is_neither_reminded_nor_overdue(staffed: World) -> None:
    await with_rules(staffed, WEEKLY)
    state = await handed_in(staffed)

    for instant in (at("2027-02-11T17:00"), FRIDAY):
        await step(staffed, instant)

    told = [each["type"] for each in await staffed.events(TOPIC) if each["subject"] == state["id"]]
    assert told == ["forecast.submission.submitted"]
    assert state["due_at"] == "2027-02-12T17:00:00Z"


async def test_what_is_handed_in_within_the_grace_is_late_and_after_it_is_for_the_next_deadline(
    staffed: World,
) -> None:
    await with_rules(staffed, WEEKLY)
    await step(staffed, at("2027-02-11T17:00"))
    staffed.now = at("2027-02-12T18:00")
    late = await handed_in(staffed)
    await step(staffed, at("2027-02-14T17:00"))
    locked = await do(staffed, "submit", ANN, late)

    following = await handed_in(staffed)

    assert (late["late"], late["due_at"]) == (True, "2027-02-12T17:00:00Z")
    assert (locked.status_code, locked.json()["code"]) == (409, "submission_locked")
    assert (following["due_at"], following["late"]) == ("2027-02-19T17:00:00Z", False)
    assert following["id"] != late["id"]


async def test_what_is_handed_in_while_it_is_being_locked_is_refused(staffed: World) -> None:
    await with_rules(staffed, WEEKLY)
    state = await handed_in(staffed)
    staffed.now = at("2027-02-14T17:00")

    answers = await asyncio.gather(
        *(do(staffed, what, by, state) for what, by in (("submit", ANN), ("accept", BOSS)) * 3),
        staffed.work_off(),
    )

    refused = {(answer.status_code, answer.json()["code"]) for answer in answers if answer is not None}
    assert refused == {(409, "submission_locked")}
    assert (await staffed.get(f"{PATH}/{state['id']}"))["status"] == "locked"
    told = [each["type"] for each in await staffed.events(TOPIC) if each["subject"] == state["id"]]
    assert told == ["forecast.submission.submitted", "forecast.submission.locked"]


async def test_after_the_last_deadline_of_a_period_it_is_locked(staffed: World) -> None:
    await with_rules(staffed, {"kind": "quarter", "working_day": 10, "grace_hours": 24})

    answer = await hand_in(staffed)

    assert (answer.status_code, answer.json()["code"]) == (409, "submission_locked")


async def test_a_director_unlocks_with_a_reason_for_a_day(staffed: World) -> None:
    await with_rules(staffed, WEEKLY)
    state = await handed_in(staffed)
    await step(staffed, at("2027-02-14T17:00"))

    unlocked = (await do(staffed, "unlock", DIRECTOR, state, reason="A typing mistake")).json()
    mended = (await do(staffed, "submit", ANN, state, stated=money("1"))).json()
    await step(staffed, at("2027-02-15T17:00"))

    assert (unlocked["status"], unlocked["locks_at"]) == ("submitted", "2027-02-15T17:00:00Z")
    assert (mended["status"], mended["late"]) == ("submitted", True)
    assert (await staffed.get(f"{PATH}/{state['id']}"))["status"] == "locked"
    assert (await kinds(staffed)).count("locked") == 2


async def test_the_following_round_is_opened_a_week_later(staffed: World) -> None:
    await with_rules(staffed, WEEKLY)

    for instant in (at("2027-02-11T17:00"), at("2027-02-18T16:59"), at("2027-02-18T17:00")):
        await step(staffed, instant)

    due = {each["due_at"] for each in (await staffed.get(PATH, ANN))["items"]}
    assert due == {"2027-02-12T17:00:00Z", "2027-02-19T17:00:00Z"}


async def test_rules_are_set_at_once_under_their_version(staffed: World) -> None:
    before = await staffed.send("GET", RULES)
    monthly = {"kind": "month", "working_day": -2, "at": "12:30"}

    first = await staffed.send("PUT", RULES, json={"rules": [WEEKLY, monthly]}, headers={"If-Match": '"0"'})
    outdated = await staffed.send("PUT", RULES, json={"rules": []}, headers={"If-Match": '"0"'})

    assert (before.json()["rules"], before.headers["ETag"]) == ([], '"0"')
    assert [each["next_due_at"] for each in first.json()["rules"]] == [
        "2027-02-12T17:00:00Z",
        "2027-02-25T12:30:00Z",
    ]
    assert outdated.status_code == 412


@pytest.mark.parametrize(
    "rules",
    [
        [{"kind": "quarter"}],
        [{"kind": "quarter", "weekday": 5, "working_day": 1}],
        [{"kind": "quarter", "working_day": 0}],
        [WEEKLY, WEEKLY],
        [{**WEEKLY, "reminder_hours": 100, "grace_hours": 100}],
        [{**WEEKLY, "weekday": 8}],
    ],
)
async def test_rules_that_cannot_be_are_refused(staffed: World, rules: list[dict[str, Any]]) -> None:
    answer = await staffed.send("PUT", RULES, json={"rules": rules}, headers={"If-Match": "*"})

    assert (answer.status_code, answer.json()["code"]) == (422, "validation_failed")
