"""`/v1/forecast/submissions`: handed in, decided about, seen by who may, compared with what came."""

import asyncio

import pytest

from shared.contracts.identity import Identity
from tests.forecast.builders import at, deal_event, named
from tests.forecast.integration.submitting import (
    ANN,
    BOSS,
    OTHER_BOSS,
    PATH,
    TOPIC,
    do,
    hand_in,
    handed_in,
    kinds,
    money,
    staff,
)
from tests.forecast.integration.world import DIRECTOR, World, who
from tests.support.waiting import HANG_SECONDS


@pytest.fixture
async def staffed(world: World) -> World:
    return await staff(world)


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
    assert whole["frozen"]["cumulative"]["commit"]["computed"] == money("1500.00")
    assert whole["frozen"]["single"]["commit"]["computed"] == money("1000.00")
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
        "computed": "1500.00",
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


async def test_each_sees_the_submissions_below_and_nobody_else_s(staffed: World) -> None:
    for by in (ANN, BOSS, OTHER_BOSS, DIRECTOR):
        await handed_in(staffed, by)

    seen = [len((await staffed.get(PATH, by))["items"]) for by in (ANN, BOSS, OTHER_BOSS, DIRECTOR)]

    assert seen == [1, 2, 1, 4]
    other = (await staffed.get(PATH, OTHER_BOSS))["items"][0]
    assert (await staffed.send("GET", f"{PATH}/{other['id']}", ANN)).status_code == 404


async def test_without_a_deadline_what_was_accepted_is_handed_in_anew_as_the_same(staffed: World) -> None:
    state = await handed_in(staffed)
    await do(staffed, "accept", BOSS, state)

    anew = await handed_in(staffed, note="Acme waits")
    returned = await do(staffed, "return", BOSS, state, reason="and the others?")

    assert (anew["id"], anew["status"], anew["reviewer_id"]) == (state["id"], "submitted", None)
    assert (returned.status_code, returned.json()["status"]) == (200, "returned")
