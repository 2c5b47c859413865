"""Two callers at once, whatever they do: no deal is ever where its gates would not have let it.

What gates ask for is recorded in versions of the deal, so the events of a deal, in their order, tell for each
move whether its gates were met at that very moment.
"""

import asyncio
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.pipeline.integration.world import ANY, DIRECTOR, MANAGER, Json, World, euros

STAGES: list[Json] = [
    {"name": "Talk", "exit_gates": [{"kind": "required_fields", "fields": ["amount"]}]},
    {"name": "Present", "entry_gates": [{"kind": "need_recorded"}]},
    {"name": "Sign"},
]
PIPELINE: Json = {
    "name": "Sales",
    "stages": STAGES,
    "win_gates": [{"kind": "objections_cleared"}],
    "lose_gates": [{"kind": "required_fields", "fields": ["competitor"]}],
}
POSITION = {stage["name"]: position for position, stage in enumerate(STAGES)}
Step = tuple[str, Any]
steps: st.SearchStrategy[Step] = st.one_of(
    st.tuples(st.just("stage"), st.sampled_from(["Talk", "Present", "Sign"])),
    st.tuples(st.just("fill and move"), st.sampled_from(["Present", "Sign"])),
    st.tuples(st.sampled_from(["win", "lose", "reopen", "need", "withdraw", "raise", "resolve"]), st.none()),
    st.tuples(st.just("patch"), st.sampled_from([{"amount": None}, {"amount": euros("5.00")},
                                                 {"competitor": "Globex"}, {"competitor": None}])),
)  # fmt: skip
EXPECTED = {200, 201, 204, 404, 409, 412, 428}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(steps, steps), min_size=2, max_size=8))
async def test_no_deal_passes_a_gate_that_is_not_met_however_two_callers_act(
    world: World, rounds: list[tuple[Step, Step]]
) -> None:
    pipeline = await world.post("/v1/pipelines", PIPELINE)
    deal = await world.deal(pipeline_id=pipeline["id"])

    for one, other in rounds:
        statuses = await asyncio.gather(act(world, deal, one, DIRECTOR), act(world, deal, other, MANAGER))
        assert set(statuses) <= EXPECTED, (one, other, statuses)

    events = await world.events(deal["id"])
    assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))
    check_gates(events)
    await check_history(world, deal, events)


async def act(world: World, deal: Json, step: Step, by: Any) -> int:
    """What the caller is answered; things that are not there are asked for all the same."""
    what, detail = step
    path = f"/v1/deals/{deal['id']}"
    if what in ("withdraw", "resolve"):
        listed = f"{path}/{'needs' if what == 'withdraw' else 'objections'}"
        items = (await world.get(listed, by))["items"]
        if not items:
            return 404
        one = f"{listed}/{items[0]['id']}"
        if what == "withdraw":
            return (await world.send("DELETE", one, by, headers=ANY)).status_code
        seen = {"If-Match": f'"{items[0]["version"]}"'}
        body = {"resolved_at": "2027-03-01T09:00:00Z"}
        return (await world.send("PATCH", one, by, json=body, headers=seen)).status_code
    if what == "patch":
        seen = {"If-Match": f'"{(await world.get(path, by))["version"]}"'}
        return (await world.send("PATCH", path, by, json=detail, headers=seen)).status_code
    calls: dict[str, tuple[str, Json]] = {
        "stage": ("stage", {"stage": detail}),
        "fill and move": ("stage", {"stage": detail, "fields": {"amount": euros("7.00")}}),
        "win": ("win", {}),
        "lose": ("lose", {"reason": "price"}),
        "reopen": ("reopen", {}),
        "need": ("needs", {"words": "Speed"}),
        "raise": ("objections", {"kind": "price", "text": "Too dear"}),
    }
    tail, body = calls[what]
    answer = await world.send("POST", f"{path}/{tail}", by, json=body, headers=ANY)
    return (
        409
        if answer.status_code == 422 and answer.json()["errors"][0]["code"] == "no_move"
        else (answer.status_code)
    )


def check_gates(events: list[Json]) -> None:
    """Replays the events: each move, win and loss found its gates met by what was recorded before it."""
    needs, objections = set[str](), set[str]()
    for before, event in pairwise(events):
        what, data, was = event["type"].rsplit(".", 1)[1], event["data"], before["data"]
        if what == "need_recorded":
            needs.add(data["need_id"])
        elif what == "need_withdrawn":
            needs.discard(data["need_id"])
        elif what == "objection_raised":
            objections.add(data["objection_id"])
        elif what == "objection_resolved":
            objections.discard(data["objection_id"])
        elif what == "stage_changed":
            assert was["status"] == "open"
            assert data["stage"] != "Present" or needs
            ahead = POSITION[data["stage"]] > POSITION[was["stage"]]
            assert not (was["stage"] == "Talk" and ahead) or was["amount"] is not None
        elif what == "won":
            assert was["status"] == "open" and not objections
        elif what == "lost":
            assert was["status"] == "open" and was["competitor"] is not None


async def check_history(world: World, deal: Json, events: list[Json]) -> None:
    """The deal is as its last event says, and its passages are the stages it entered."""
    now = await world.get(f"/v1/deals/{deal['id']}")
    last = events[-1]["data"]
    assert (now["stage"], now["status"], now["version"]) == (last["stage"], last["status"], len(events))
    assert (now["amount"], now["competitor"]) == (last["amount"], last["competitor"])
    passages = (await world.get(f"/v1/deals/{deal['id']}/history"))["passages"]
    entered = [
        event["data"]["stage"]
        for event in events
        if event["type"].rsplit(".", 1)[1] in ("opened", "stage_changed", "reopened")
    ]
    assert [each["stage"] for each in passages if each["outcome"] is None] == entered
    assert all(one["left_at"] == two["entered_at"] for one, two in pairwise(passages))
