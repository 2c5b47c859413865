"""Moves, wins, losses and reopenings by several callers at once: each deal still has one story."""

import asyncio
from datetime import datetime
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tests.pipeline.integration.world import ANY, DIRECTOR, MANAGER, Json, World, days, euros

STAGES = ("Qualification", "Needs analysis", "Proposal", "Negotiation")
steps = st.one_of(
    st.tuples(st.just("stage"), st.sampled_from(STAGES)),
    st.tuples(st.just("reopen"), st.sampled_from(STAGES)),
    st.tuples(st.sampled_from(["win", "lose", "edit"]), st.none()),
)
rounds = st.lists(st.lists(steps, min_size=2, max_size=4), min_size=2, max_size=6)
ENDS = {"pipeline.deal.won", "pipeline.deal.lost"}


@settings(
    max_examples=12,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rounds)
async def test_a_deal_has_one_story_however_many_act_on_it_at_once(
    world: World, played: list[list[tuple[str, Any]]]
) -> None:
    deal = await world.deal(amount=euros("10.00"))
    for at_once in played:
        world.now += days(1)
        statuses = await asyncio.gather(*(act(world, deal, step, n) for n, step in enumerate(at_once)))
        assert set(statuses) <= {200, 409, 412, 503}, (at_once, statuses)
    world.now += days(1)

    now = await world.get(f"/v1/deals/{deal['id']}")
    events = await world.events(deal["id"])

    assert [event["sequence"] for event in events] == list(range(1, now["version"] + 1))
    assert one_outcome_at_a_time(events, now)
    assert await gapless(world, now)
    assert await every_state_is_kept(world, now, events)


async def act(world: World, deal: Json, step: tuple[str, Any], number: int) -> int:
    kind, stage = step
    path, by = f"/v1/deals/{deal['id']}", (DIRECTOR, MANAGER)[number % 2]
    if kind == "edit":
        version = (await world.get(path, by))["version"]
        seen = {"If-Match": f'"{version}"'}
        answer = await world.send("PATCH", path, by, json={"name": f"by {number}"}, headers=seen)
    else:
        bodies: dict[str, Json] = {"stage": {"stage": stage}, "reopen": {"stage": stage}, "win": {}}
        body = bodies.get(kind, {"reason": "price"})
        answer = await world.send("POST", f"{path}/{kind}", by, json=body, headers=ANY)
    return answer.status_code


def one_outcome_at_a_time(events: list[Json], now: Json) -> bool:
    """Every end but the last is followed by a reopening before anything ends again or moves."""
    open_still = True
    for event in events[1:]:
        kind = event["type"]
        allowed = open_still == (kind != "pipeline.deal.reopened") or kind == "pipeline.deal.changed"
        if not allowed:
            return False
        open_still = kind not in ENDS and (open_still or kind == "pipeline.deal.reopened")
    last = events[-1]["data"]
    return bool((now["status"], now["stage_id"]) == (last["status"], last["stage_id"])) and open_still == (
        now["status"] == "open"
    )


async def gapless(world: World, now: Json) -> bool:
    """The passages follow each other, and add up to the deal's age."""
    history = await world.get(f"/v1/deals/{now['id']}/history")
    passages = history["passages"]
    until = datetime.fromisoformat(now["closed_at"]) if now["closed_at"] else world.now
    age = (until - datetime.fromisoformat(now["created_at"])).total_seconds()
    follows = all(one["left_at"] == other["entered_at"] for one, other in pairwise(passages))
    whole = sum(each["seconds"] for each in passages)
    return bool(follows and whole == history["age_seconds"] == age)


async def every_state_is_kept(world: World, now: Json, events: list[Json]) -> bool:
    """One state for each version, as its event tells it; the last holds, and is the deal."""
    query = text("SELECT version, status, stage_id, name FROM deal_version WHERE deal_id = :id ORDER BY seq")
    async with world.database.reading() as connection:
        kept = [tuple(row) for row in await connection.execute(query, {"id": now["id"]})]
    told = [
        (event["sequence"], event["data"]["status"], event["data"]["stage_id"], event["data"]["name"])
        for event in events
    ]
    (as_of_now,) = [
        each
        for each in (await world.get("/v1/deals", as_of=world.now.isoformat(), limit=200))["items"]
        if each["id"] == now["id"]
    ]
    return [(*each[:2], str(each[2]), each[3]) for each in kept] == told and (
        as_of_now["version"] == now["version"]
    )
