"""The funnel that the database counts is the one that each deal's own history tells."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.pipeline.pipeline.templates import default_pipeline
from shared.contracts.ids import new_id
from tests.pipeline.integration.world import NOW, Json, World, days, euros, iso, named

NAMES = [stage.name for stage in default_pipeline().stages]
ENTRIES = st.lists(st.integers(0, 3), min_size=1, max_size=6)
LIFE = st.tuples(
    ENTRIES,
    st.sampled_from(("open", "won", "lost")),
    st.integers(0, 80),
    st.sampled_from(("rep", "other rep")),
)


def an_item(life: tuple[list[int], str, int, str], source: str) -> Json:
    entries, outcome, age, owner = life
    begun = NOW - days(100) + days(age)
    told = [{"stage": NAMES[rank], "entered_at": iso(begun + days(at))} for at, rank in enumerate(entries)]
    item: dict[str, Any] = {
        "name": "Acme",
        "source": source,
        "owner_id": str(named(owner)),
        "amount": euros("10.00"),
        "created_at": iso(begun),
        "stage_history": told,
        "outcome": outcome,
    }
    return item if outcome == "open" else item | {"closed_at": iso(begun + days(len(entries)))}


def entries_between(life: tuple[list[int], str, int, str], first: int, until: int) -> set[int]:
    """The ranks a deal entered on these days, in plain words: forward through all between, back into one."""
    entries, outcome, age, _ = life
    steps = [*pairwise([-1, *entries]), *([(entries[-1], 4)] if outcome == "won" else [])]
    found: set[int] = set()
    for at, (before, after) in enumerate(steps):
        if first <= age + at < until:
            found |= set(range(before + 1, after + 1)) if after > before else {after}
    return found


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LIFE, min_size=1, max_size=15))
async def test_the_funnel_is_what_each_history_tells(
    world: World, lives: list[tuple[list[int], str, int, str]]
) -> None:
    source = str(new_id())
    answer = await world.post("/v1/deals/batch", {"items": [an_item(life, source) for life in lives]})
    assert {each["status"] for each in answer["items"]} == {"created"}
    first = (NOW - timedelta(days=100)).date()
    begins, ends = first + days(20), first + days(60)
    created: Json = {"from": first.isoformat(), "to": "2027-03-01", "group_by": "owner"}
    span: Json = {"from": begins.isoformat(), "to": (ends - days(1)).isoformat(), "basis": "period"}

    whole = await world.get("/v1/funnel", source=source, **created)
    entered = await world.get("/v1/funnel", source=source, **span)

    expected = [entries_between(life, 0, 1000) for life in lives]
    assert [s["entered"] for s in whole["stages"]] == [sum(r in e for e in expected) for r in range(4)]
    assert whole["totals"]["won"] == sum(4 in e for e in expected)
    assert whole["totals"]["deals"] == len(lives) == sum(g["totals"]["deals"] for g in whole["groups"])
    within = [entries_between(life, 20, 60) for life in lives]
    assert [s["entered"] for s in entered["stages"]] == [sum(r in e for e in within) for r in range(4)]
    assert entered["stages"][-1]["entered_next"] == sum(4 in e for e in within)
    for stage in (*whole["stages"], *entered["stages"]):
        parts = ("moved_on", "lost", "still_there", "went_back")
        assert stage["entered"] == sum(stage[part] for part in parts)
