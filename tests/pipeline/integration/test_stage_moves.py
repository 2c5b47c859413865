"""Moves: one wins, others' edits do not matter, the history has no gap."""

import asyncio
from datetime import datetime
from itertools import pairwise
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.pipeline.deal.domain.passage import History, end, moved, resumed
from services.pipeline.deal.repository import histories_of
from services.pipeline.pipeline.templates import default_pipeline
from tests.pipeline.integration.world import NOW, World, days, iso, named

STAGES = default_pipeline().stages


async def test_a_move_is_told_and_written_into_the_history(world: World) -> None:
    deal = await world.deal()
    world.now += days(2)

    answer = await world.send(
        "POST", f"/v1/deals/{deal['id']}/stage", json={"stage": "proposal"}, headers={"If-Match": '"1"'}
    )
    event = (await world.events(deal["id"]))[-1]
    history = await world.get(f"/v1/deals/{deal['id']}/history")

    assert (answer.status_code, answer.headers["ETag"], answer.json()["stage"]) == (200, '"2"', "Proposal")
    assert (event["type"], event["sequence"], event["data"]["from_stage"]) == (
        "pipeline.deal.stage_changed",
        2,
        "Qualification",
    )
    assert [(each["stage"], each["days"], each["left_at"]) for each in history["passages"]] == [
        ("Qualification", 2.0, iso(NOW + days(2))),
        ("Proposal", 0.0, None),
    ]
    assert [(each["what"], each["version"]) for each in history["changes"]] == [
        ("opened", 1),
        ("stage_changed", 2),
    ]
    assert history["changes"][1]["fields"]["stage"] == {"from": "Qualification", "to": "Proposal"}
    assert await world.get(f"/v1/deals/{deal['id']}") == answer.json()


async def test_of_fifty_moves_with_one_etag_exactly_one_wins(world: World) -> None:
    deal = await world.deal()
    targets = [STAGES[1 + number % 3].name for number in range(50)]

    answers = await asyncio.gather(
        *(
            world.send(
                "POST", f"/v1/deals/{deal['id']}/stage", json={"stage": stage}, headers={"If-Match": '"1"'}
            )
            for stage in targets
        )
    )

    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(200), statuses.count(412)) == (1, 49)
    assert [event["sequence"] for event in await world.events(deal["id"])] == [1, 2]
    assert len((await world.get(f"/v1/deals/{deal['id']}/history"))["passages"]) == 2


async def test_moves_and_edits_at_once_all_count_where_they_do_not_clash(world: World) -> None:
    deal = await world.deal()
    path, seen = f"/v1/deals/{deal['id']}", {"If-Match": '"1"'}
    edits: list[dict[str, Any]] = [
        {"name": "Renamed"},
        {"source": "fair"},
        {"competitor": "Globex"},
        {"expected_close": "2027-06-30"},
    ]

    answers = await asyncio.gather(
        world.send("POST", f"{path}/stage", json={"stage": "Proposal"}, headers=seen),
        *(world.send("PATCH", path, json=edit, headers=seen) for edit in edits),
    )
    after = await world.get(path)

    assert [answer.status_code for answer in answers] == [200] * 5
    assert (after["version"], after["stage"], after["name"]) == (6, "Proposal", "Renamed")
    assert (after["source"], after["competitor"], after["expected_close"]) == ("fair", "Globex", "2027-06-30")
    assert [event["sequence"] for event in await world.events(deal["id"])] == [1, 2, 3, 4, 5, 6]


async def test_a_move_to_no_stage_of_the_pipeline_is_refused(world: World) -> None:
    deal = await world.deal()

    refused = await world.refusal("POST", f"/v1/deals/{deal['id']}/stage", {"stage": "Nowhere"})

    assert refused == (422, "stage_unknown", [("/stage", "stage_unknown")])


async def test_a_closed_deal_does_not_move(world: World) -> None:
    deal = await world.deal()
    won = await world.post(f"/v1/deals/{deal['id']}/win")

    refused = await world.refusal("POST", f"/v1/deals/{deal['id']}/stage", {"stage": "Proposal"})

    assert refused[:2] == (409, "deal_not_open")
    assert await world.get(f"/v1/deals/{deal['id']}") == won


async def test_a_move_after_the_deal_was_closed_unseen_is_a_conflict(world: World) -> None:
    deal = await world.deal()
    await world.post(f"/v1/deals/{deal['id']}/win")

    answer = await world.send(
        "POST", f"/v1/deals/{deal['id']}/stage", json={"stage": "Proposal"}, headers={"If-Match": '"1"'}
    )

    assert (answer.status_code, answer.json()["conflict"]["status"]["theirs"]) == (412, "won")


async def test_moving_to_the_same_stage_tells_nothing(world: World) -> None:
    deal = await world.deal()

    assert await world.post(f"/v1/deals/{deal['id']}/stage", {"stage": "Qualification"}) == deal
    assert len(await world.events(deal["id"])) == 1


steps = st.lists(
    st.tuples(
        st.sampled_from(["stage", "win", "lose", "reopen"]), st.sampled_from(STAGES), st.integers(0, 9)
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps)
async def test_the_stored_history_is_the_one_of_the_rules_and_adds_up_to_the_age(
    world: World, script: list[Any]
) -> None:
    world.now = NOW
    deal = await world.deal()
    path = f"/v1/deals/{deal['id']}"
    expected = await stored(world, deal["id"])
    status, stage = "open", "Qualification"
    for what, target, pause in script:
        world.now += days(pause)
        if (what == "reopen") == (status == "open") or (what == "stage" and target.name == stage):
            continue
        body = {"reason": "x"} if what == "lose" else {} if what == "win" else {"stage": target.name}
        after = await world.post(f"{path}/{what}", body)
        expected = in_rules(expected, what, target, status, world.now)
        status, stage = after["status"], after["stage"]

    history = await world.get(f"{path}/history")
    closed_at = (await world.get(path))["closed_at"]
    until = world.now if closed_at is None else datetime.fromisoformat(closed_at)
    assert await stored(world, deal["id"]) == expected
    assert sum(each["seconds"] for each in history["passages"]) == (until - NOW).total_seconds()
    assert history["age_seconds"] == (until - NOW).total_seconds()
    assert all(one["left_at"] == two["entered_at"] for one, two in pairwise(history["passages"]))


def in_rules(history: History, what: str, stage: Any, status: Any, at: datetime) -> History:
    if what == "stage":
        return moved(history, stage, at)
    return resumed(history, status, stage, at) if what == "reopen" else end(history, at)


async def stored(world: World, deal_id: str) -> History:
    async with world.database.reading() as connection:
        return (await histories_of(connection, [UUID(deal_id)]))[UUID(deal_id)]


async def test_a_win_recorded_late_keeps_every_passage_and_the_sum(world: World) -> None:
    deal = await world.deal(created_at=iso(NOW - days(10)))
    path = f"/v1/deals/{deal['id']}"
    await world.post(f"{path}/stage", {"stage": "Proposal"})
    world.now += days(5)

    await world.post(f"{path}/win", {"closed_at": iso(NOW - days(4))})
    history = await world.get(f"{path}/history")

    assert [(each["stage"], each["days"]) for each in history["passages"]] == [
        ("Qualification", 6.0),
        ("Proposal", 0.0),
    ]
    assert history["age_days"] == 6.0


async def test_a_deal_unknown_to_everybody_is_not_found(world: World) -> None:
    path = f"/v1/deals/{named('nothing')}/stage"

    assert (await world.refusal("POST", path, {"stage": "Proposal"}))[:2] == (404, "deal_not_found")
