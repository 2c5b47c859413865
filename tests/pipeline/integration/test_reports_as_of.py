"""Reports of the past: asked later, they answer what they answered then."""

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from services.pipeline.pipeline.templates import default_pipeline
from shared.contracts.ids import new_id
from tests.pipeline.integration.world import NOW, REP, Json, World, days, euros, iso, named

STAGES = [stage.name for stage in default_pipeline().stages]
REPORTS: tuple[tuple[str, Json], ...] = (
    ("/v1/funnel", {}),
    ("/v1/funnel", {"basis": "period", "group_by": "owner"}),
    ("/v1/analytics/win-rate", {"group_by": "owner"}),
    ("/v1/analytics/velocity", {"group_by": "product"}),
    ("/v1/analytics/cycle-time", {}),
    ("/v1/kpis/sales-cycle", {}),
)
SPAN: Json = {"from": "2027-02-20", "to": "2027-03-20"}
ACTS = st.sampled_from(("open", "open late", "stage", "stage", "stage", "win", "lose", "reopen", "edit"))
STEPS = st.lists(st.tuples(ACTS, st.integers(0, 5), st.integers(0, 3)), min_size=4, max_size=12)


async def answers(world: World, source: str, **more: Any) -> list[Json]:
    """What every report says, without when it was asked."""
    found = [await world.get(path, source=source, **SPAN, **asked, **more) for path, asked in REPORTS]
    for answer in found:
        answer.pop("as_of")
    return found


async def act(world: World, deals: list[Json], source: str, step: tuple[str, int, int]) -> None:
    """One thing that happens, where the deal lets it."""
    what, which, number = step
    if what.startswith("open") or not deals:
        told: Json = {"created_at": iso(world.now - days(number))} if what == "open late" else {}
        amount = euros(f"{10 * (number + 1)}.00")
        deals.append(await world.deal(source=source, amount=amount, owner_id=REP.sub, **told))
        return
    path = f"/v1/deals/{deals[which % len(deals)]['id']}"
    if what == "edit":
        owner = str(named(("rep", "other rep")[number % 2]))
        patch = {"amount": euros(f"{number + 1}.00"), "owner_id": owner}
        seen = {"If-Match": f'"{(await world.get(path))["version"]}"'}
        edited = await world.send("PATCH", path, json=patch, headers=seen)
        assert edited.status_code == 200, edited.text
        return
    body: Json = {"stage": STAGES[number]} if what == "stage" else {}
    body |= {"reason": "price"} if what == "lose" else {}
    await world.send("POST", f"{path}/{what}", json=body, headers={"If-Match": "*"})


@settings(
    max_examples=5,
    deadline=None,
    phases=(Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(STEPS)
async def test_what_was_answered_then_is_answered_later(
    world: World, steps: list[tuple[str, int, int]]
) -> None:
    world.now, source = NOW, str(new_id())
    deals: list[Json] = []
    told: list[tuple[str, list[Json]]] = []
    for step in steps:
        world.now += days(0.5)
        if step[0] == "open late":
            told.clear()
        await act(world, deals, source, step)
        told.append((iso(world.now), await answers(world, source)))

    world.now += days(3)
    for deal in deals:
        await act(world, [deal], source, ("win", 0, 0))
    for at, then in told:
        assert await answers(world, source, as_of=at) == then


async def test_a_pipeline_stands_as_it_stood(world: World) -> None:
    plan = [{"name": "Talk"}, {"name": "Offer"}, {"name": "Sign"}]
    made = await world.post("/v1/pipelines", {"name": "Short", "stages": plan})
    await world.deal(pipeline_id=made["id"], stage="Offer")
    asked: Json = {"pipeline_id": made["id"], **SPAN}
    before, at = (await world.get("/v1/funnel", **asked))["stages"], iso(world.now)
    world.now += days(1)
    edit = {
        "stages": [{"id": made["stages"][0]["id"], "name": "Call"}, plan[2]],
        "moves": {"Offer": "Sign"},
    }
    path = f"/v1/pipelines/{made['id']}"
    answer = await world.send("PATCH", path, json=edit, headers={"If-Match": '"1"'})
    assert answer.status_code == 200, answer.text

    then, now = await world.get("/v1/funnel", **asked, as_of=at), await world.get("/v1/funnel", **asked)

    assert then["stages"] == before
    assert [stage["stage"] for stage in now["stages"]] == ["Call", "Sign"]


async def test_a_history_loaded_late_answers_for_what_it_tells_of(world: World) -> None:
    item = {
        "name": "Acme",
        "created_at": iso(NOW - days(8)),
        "stage_history": [
            {"stage": "Qualification", "entered_at": iso(NOW - days(8))},
            {"stage": "Proposal", "entered_at": iso(NOW - days(5))},
        ],
        "outcome": "won",
        "closed_at": iso(NOW - days(2)),
    }
    await world.post("/v1/deals", item)

    funnels = [await world.get("/v1/funnel", **SPAN, as_of=iso(NOW - days(ago))) for ago in (9, 7, 4, 1)]

    entered = [[stage["entered"] for stage in funnel["stages"]] for funnel in funnels]
    assert entered == [[0, 0, 0, 0], [1, 0, 0, 0], [1, 1, 1, 0], [1, 1, 1, 1]]
    assert [funnel["totals"]["won"] for funnel in funnels] == [0, 0, 0, 1]
    assert [funnel["stages"][0]["days_mean"] for funnel in funnels] == [None, None, 3.0, 3.0]


@pytest.mark.parametrize("path", sorted({path for path, _ in REPORTS}))
async def test_the_future_is_not_told(world: World, path: str) -> None:
    refused = await world.refusal("GET", f"{path}?as_of={iso(NOW + days(2))}")

    assert refused == (400, "invalid_parameter", [("/query/as_of", "in_the_future")])
