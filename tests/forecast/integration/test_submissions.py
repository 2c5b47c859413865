"""`/v1/forecast/submissions`: handed in, decided about, locked, and never erased."""

import asyncio
from datetime import datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.forecast.node.domain import Node, member_node
from services.forecast.submission.queries import submitted
from shared.contracts.envelope import Envelope, wrap
from shared.contracts.events.gateway_member import MemberChanged
from shared.contracts.events.gateway_team import TeamChanged
from shared.contracts.identity import Identity
from shared.contracts.periods import Calendar
from tests.forecast.builders import CONTEXT, at, deal_event, eur, member, named, organisation, team
from tests.forecast.integration.world import DIRECTOR, World, who
from tests.support.waiting import HANG_SECONDS

BOSS = who("subtree", "boss", team="north", teams=["north", "oslo"])
OTHER_BOSS = who("subtree", "other boss", team="south", teams=["south"])
ANN = who("own", "ann", team="north")
PATH, TOPIC, RULES = "/v1/forecast/submissions", "forecast.submission", "/v1/forecast/submission-rules"
FRIDAY = at("2027-02-12T17:00")
WEEKLY = {"kind": "quarter", "weekday": 5, "at": "17:00", "reminder_hours": 24, "grace_hours": 48}


@pytest.fixture
async def staffed(world: World) -> World:
    """On Wednesday, the 10th of February 2027: Ann of North has 1000 in commit and 500 won."""
    await world.consume(
        organisation(),
        team("north"),
        team("oslo", parent="north"),
        team("south"),
        *(member(name, team="north") for name in ("ann",)),
        member("boss", team="north", role="manager"),
        member("cid", team="south"),
        *deals_of("ann"),
    )
    return world


def deals_of(owner: str) -> list[Envelope]:
    whose: dict[str, Any] = {"owner_id": named(owner)}
    return [
        deal_event(
            "opened", f"open {owner}", time="2027-01-10", forecast_category="commit", stage="Offer", **whose
        ),
        deal_event(
            "won",
            f"won {owner}",
            time="2027-02-01",
            status="won",
            closed_at=at("2027-02-01"),
            amount=eur(500),
            **whose,
        ),
    ]


async def with_rules(world: World, *rules: dict[str, Any]) -> None:
    answer = await world.send("PUT", RULES, json={"rules": list(rules)}, headers={"If-Match": "*"})
    assert answer.status_code == 200, answer.text


async def hand_in(world: World, by: Identity = ANN, /, **body: Any) -> httpx.Response:
    return await world.send("POST", PATH, by, json={"period": "2027-Q1", **body})


async def handed_in(world: World, by: Identity = ANN, /, **body: Any) -> dict[str, Any]:
    answer = await hand_in(world, by, **body)
    assert answer.status_code in (200, 201), answer.text
    state: dict[str, Any] = answer.json()
    return state


async def do(world: World, what: str, by: Identity, state: dict[str, Any], **body: Any) -> httpx.Response:
    headers = {"If-Match": "*"}
    return await world.send("POST", f"{PATH}/{state['id']}/{what}", by, json=body, headers=headers)


async def kinds(world: World) -> list[str]:
    return [each["type"].rsplit(".", 1)[1] for each in await world.events(TOPIC)]


def money(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": "EUR"}


async def test_a_submission_freezes_the_figures_the_team_the_calendar_and_the_stages(staffed: World) -> None:
    answer = await hand_in(staffed, stated=money("1800"), note="Acme is sure")

    state = answer.json()
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"{PATH}/{state['id']}"
    assert (state["status"], state["number"], state["computed"]) == (
        "submitted",
        money("1800.00"),
        money("1500.00"),
    )
    whole = await staffed.get(f"{PATH}/{state['id']}", ANN)
    assert whole["frozen"]["cumulative"]["commit"]["calculated"] == money("1500.00")
    assert whole["frozen"]["single"]["commit"]["calculated"] == money("1000.00")
    assert [each["name"] for each in whole["frozen"]["teams"]] == ["north"]
    assert {(each["stage"], each["amount"]["amount"]) for each in whole["frozen"]["stages"]} == {
        ("Offer", "1000.00"),
        ("Qualification", "500.00"),
    }
    assert whole["frozen"]["calendar"]["fiscal_year_start_month"] == 1
    [told] = await staffed.events(TOPIC)
    assert (told["type"], told["data"]["stated"]) == ("forecast.submission.submitted", money("1800"))
    assert "note" not in told["data"]


async def test_adjustments_are_frozen_with_it(staffed: World) -> None:
    body = {"period": "2027-Q1", "figure": "commit", "amount": money("1700")}
    await staffed.send("PUT", "/v1/forecast/adjustments", ANN, json=body)
    await staffed.send(
        "PUT", "/v1/forecast/adjustments", BOSS, json={**body, "owner_id": ANN.sub, "amount": money("1600")}
    )

    state = await handed_in(staffed)

    frozen = (await staffed.get(f"{PATH}/{state['id']}", ANN))["frozen"]["cumulative"]["commit"]
    assert {name: each["amount"] for name, each in frozen.items()} == {
        "calculated": "1500.00",
        "adjusted": "1700.00",
        "forecast_amount": "1600.00",
    }
    assert state["number"] == money("1700.00")


async def test_rep_submits_manager_returns_rep_submits_anew_manager_accepts(staffed: World) -> None:
    first = await handed_in(staffed, status="draft")
    submitted_ = await handed_in(staffed)
    returned = (await do(staffed, "return", BOSS, first, reason="Too shy")).json()
    again = await do(staffed, "submit", ANN, first, stated=money("1900"))
    accepted = (await do(staffed, "accept", BOSS, first)).json()

    assert (submitted_["id"], again.json()["status"]) == (first["id"], "submitted")
    assert (returned["status"], returned["reason"], returned["reviewer_id"]) == (
        "returned",
        "Too shy",
        str(named("boss")),
    )
    assert (accepted["status"], accepted["number"]) == ("accepted", money("1900.00"))
    assert await kinds(staffed) == ["drafted", "submitted", "returned", "submitted", "accepted"]
    history = (await staffed.get(f"{PATH}/{first['id']}/history", ANN))["items"]
    assert [(each["what"], each["actor_id"]) for each in history] == [
        ("drafted", ANN.sub),
        ("submitted", ANN.sub),
        ("returned", BOSS.sub),
        ("submitted", ANN.sub),
        ("accepted", BOSS.sub),
    ]
    assert history[2]["submission"]["reason"] == "Too shy"


@pytest.mark.parametrize(
    ("by", "what", "status"),
    [
        (ANN, "accept", 403),
        (BOSS, "accept", 200),
        (DIRECTOR, "accept", 200),
        (OTHER_BOSS, "accept", 404),
        (BOSS, "return", 200),
        (ANN, "return", 403),
        (BOSS, "unlock", 403),
        (OTHER_BOSS, "submit", 404),
        (BOSS, "submit", 200),
    ],
)
async def test_who_decides_about_a_submission(staffed: World, by: Identity, what: str, status: int) -> None:
    state = await handed_in(staffed)

    answer = await do(staffed, what, by, state, **({"reason": "x"} if what in ("return", "unlock") else {}))

    assert answer.status_code == status, answer.text


@pytest.mark.parametrize(
    ("by", "node", "status"),
    [
        (ANN, {"owner_id": str(named("cid"))}, 403),
        (ANN, {"team_id": str(named("north"))}, 403),
        (BOSS, {}, 201),
        (BOSS, {"team_id": str(named("oslo"))}, 201),
        (BOSS, {"team_id": str(named("south"))}, 403),
        (DIRECTOR, {}, 201),
        (DIRECTOR, {"team_id": str(named("nowhere"))}, 422),
        (who("none", "ops"), {"team_id": str(named("north"))}, 403),
    ],
)
async def test_who_hands_in_what(staffed: World, by: Identity, node: dict[str, str], status: int) -> None:
    assert (await hand_in(staffed, by, **node)).status_code == status


async def test_nobody_accepts_the_own_submission(staffed: World) -> None:
    state = await handed_in(staffed, BOSS)

    assert (await do(staffed, "accept", BOSS, state)).status_code == 403
    assert (await do(staffed, "accept", DIRECTOR, state)).status_code == 200


async def test_what_was_changed_meanwhile_is_not_decided_about(staffed: World) -> None:
    state = await handed_in(staffed)
    await handed_in(staffed, stated=money("1"))

    answer = await staffed.send("POST", f"{PATH}/{state['id']}/accept", BOSS, headers={"If-Match": '"1"'})
    missing = await staffed.send("POST", f"{PATH}/{state['id']}/accept", BOSS)

    assert (answer.status_code, missing.status_code) == (412, 428)


async def test_the_same_key_again_hands_in_once(staffed: World) -> None:
    body, headers = {"period": "2027-Q1"}, {"Idempotency-Key": "once"}

    answers = [await staffed.send("POST", PATH, ANN, json=body, headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[1].headers["Idempotency-Replayed"] == "true"
    assert await kinds(staffed) == ["submitted"]


async def test_of_many_at_once_one_is_new_and_every_one_is_kept(staffed: World) -> None:
    async with asyncio.timeout(HANG_SECONDS):
        answers = await asyncio.gather(*(hand_in(staffed, stated=money(str(n))) for n in range(8)))

    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert sorted(answer.json()["version"] for answer in answers) == list(range(1, 9))


async def test_a_submission_is_stale_once_the_figures_beneath_moved_beyond_the_limit(staffed: World) -> None:
    state = await handed_in(staffed)
    fresh = await staffed.get(f"{PATH}/{state['id']}", ANN)
    draft = await handed_in(staffed, BOSS, status="draft")
    small = deal_event("opened", "s", time="2027-02-10", owner_id=named("ann"), forecast_category="commit")

    await staffed.consume(small)

    stale = await staffed.get(f"{PATH}/{state['id']}", ANN)
    assert (fresh["stale"], stale["stale"]) == (False, True)
    assert (await staffed.get(f"{PATH}/{draft['id']}", BOSS))["stale"] is False
    assert stale["moved"]["commit"] == {
        "then": money("1500.00"),
        "now": money("2500.00"),
        "by": money("1000.00"),
        "stale": True,
    }
    assert stale["moved"]["closed"]["stale"] is False
    items = await staffed.get("/v1/forecast/items", ANN, period="2027-Q1")
    assert (items["node"]["submission"]["id"], items["node"]["submission"]["stale"]) == (state["id"], True)


async def test_the_end_compares_what_was_foretold_with_what_was_closed(staffed: World) -> None:
    state = await handed_in(staffed, stated=money("1200"))
    await staffed.consume(
        deal_event(
            "won",
            "open ann",
            sequence=2,
            time="2027-03-10",
            status="won",
            closed_at=at("2027-03-10"),
            owner_id=named("ann"),
        )
    )
    before = await staffed.get(f"{PATH}/{state['id']}", ANN)
    staffed.now = at("2027-04-02")

    after = (await staffed.get(f"{PATH}/{state['id']}", ANN))["comparison"]

    assert (before["comparison"]["state"], after["state"], after["actual"]) == (
        "open",
        "final",
        money("1500.00"),
    )
    assert after["number"] == {"amount": money("1200.00"), "error": money("300.00"), "error_ratio": 0.2}
    assert after["computed"]["error"] == money("0.00")


async def test_nothing_is_foretold_of_a_period_that_is_over(staffed: World) -> None:
    answer = await hand_in(staffed, period="2026-Q4")

    assert (answer.status_code, answer.json()["code"]) == (409, "period_over")


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


async def step(world: World, instant: datetime) -> None:
    """Two workers at this instant."""
    world.now = instant
    await asyncio.gather(world.work_off(), world.work_off())


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


async def test_another_fiscal_year_leaves_submissions_as_they_were_under_their_own_days(
    staffed: World,
) -> None:
    state = await handed_in(staffed, stated=money("1800"))
    before = await staffed.get(f"{PATH}/{state['id']}", ANN)

    await staffed.consume(organisation(sequence=2, fiscal_start=2))

    [listed] = (await staffed.get(PATH, ANN, starts_on="2027-01-01", ends_on="2027-03-31"))["items"]
    after = await staffed.get(f"{PATH}/{state['id']}", ANN)
    assert (listed["id"], listed["of_present_calendar"]) == (state["id"], False)
    assert (after["stale"], after["moved"]) == (None, None)
    assert unchanged(after) == unchanged(before)
    new = await handed_in(staffed, period="quarter")
    assert (new["period"], new["starts_on"], new["of_present_calendar"]) == ("2028-Q1", "2027-02-01", True)
    assert len((await staffed.get(PATH, ANN))["items"]) == 2


def unchanged(body: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value for name, value in body.items() if name not in ("of_present_calendar", "stale", "moved")
    }


async def test_a_team_that_moves_or_closes_and_a_member_who_leaves_alter_no_submission(
    staffed: World,
) -> None:
    states = [await handed_in(staffed, BOSS), await handed_in(staffed), await handed_in(staffed, DIRECTOR)]
    paths = [f"{PATH}/{state['id']}" for state in states]
    before = [unchanged(await staffed.get(path)) for path in paths]
    closed = TeamChanged(
        team_id=named("north"),
        name="renamed",
        created_at=at("2026-01-01"),
        parent_id=named("south"),
        active=False,
    )
    left = MemberChanged(
        member_id=named("ann"),
        role="rep",
        created_at=at("2026-01-01"),
        team_id=named("south"),
        active=False,
    )

    await staffed.consume(
        wrap(closed, subject=closed.team_id, sequence=2, time=at("2027-02-10"), context=CONTEXT),
        wrap(left, subject=left.member_id, sequence=2, time=at("2027-02-10"), context=CONTEXT),
    )

    after = [await staffed.get(path) for path in paths]
    assert [unchanged(each) for each in after] == before
    assert [each["stale"] for each in after] == [None, None, False]
    assert after[0]["name"] == "north"


async def test_deals_that_change_stage_and_category_alter_no_submission(staffed: World) -> None:
    state = await handed_in(staffed)
    before = await staffed.get(f"{PATH}/{state['id']}")

    await staffed.consume(
        deal_event(
            "stage_changed",
            "open ann",
            sequence=2,
            time="2027-02-10",
            stage="Another",
            forecast_category="best_case",
            owner_id=named("ann"),
        )
    )

    after = await staffed.get(f"{PATH}/{state['id']}")
    assert unchanged(after) == unchanged(before)
    assert after["moved"]["commit"]["stale"] is True


async def test_the_database_refuses_to_alter_what_a_submission_was(staffed: World) -> None:
    await handed_in(staffed)

    for statement in ("DELETE FROM submission_state", "UPDATE submission_state SET what = 'x'"):
        with pytest.raises(DBAPIError, match="kept for ever"):
            async with staffed.database.transaction() as connection:
                await connection.execute(text(statement))


async def test_what_was_foretold_is_known_as_of_any_instant(staffed: World) -> None:
    await handed_in(staffed, stated=money("1800"))
    staffed.now = at("2027-02-20")
    await handed_in(staffed, stated=money("2000"))
    await handed_in(staffed, BOSS)
    period = Calendar().period("2027-Q1", now=staffed.now)

    async with staffed.database.reading() as connection:
        early = await submitted(connection, period, at("2027-02-15"))
        late = await submitted(connection, period, at("2027-03-15"))

    mine = member_node(named("ann"))
    assert {node: each.number for node, each in early.items()} == {mine: 1800}
    assert {node: each.number for node, each in late.items()} == {mine: 2000, Node(named("north")): 1500}
    items = await staffed.get("/v1/forecast/items", ANN, period="2027-Q1", as_of="2027-02-15")
    assert items["node"]["submission"]["number"] == money("1800.00")


async def test_each_sees_the_submissions_below_and_nobody_else_s(staffed: World) -> None:
    for by in (ANN, BOSS, OTHER_BOSS, DIRECTOR):
        await handed_in(staffed, by)

    seen = [len((await staffed.get(PATH, by))["items"]) for by in (ANN, BOSS, OTHER_BOSS, DIRECTOR)]

    assert seen == [1, 2, 1, 4]
    other = (await staffed.get(PATH, OTHER_BOSS))["items"][0]
    assert (await staffed.send("GET", f"{PATH}/{other['id']}", ANN)).status_code == 404


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
