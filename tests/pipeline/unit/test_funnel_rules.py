"""Whatever lives deals had, the funnel counts each of them once at every stage it entered."""

from collections.abc import Sequence
from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from services.pipeline.deal.domain.passage import History, end, moved, passage, resumed
from services.pipeline.deal.rows import path_row
from services.pipeline.funnel.domain import Course, Route, StageCount, course, tally
from services.pipeline.pipeline.domain import Pipeline
from shared.contracts.events.pipeline_deal import DealStatus
from tests.pipeline.unit.builders import B2B, MONDAY, days

STAGES = B2B.stages
COURSE = course(B2B, {stage.id: stage for stage in STAGES})
ACTS = st.lists(st.one_of(st.integers(0, 3), st.sampled_from(("won", "lost"))), max_size=8)
LIVES = st.lists(st.tuples(st.integers(0, 3), ACTS), max_size=12)


def lived(first: int, acts: Sequence[int | str]) -> tuple[History, DealStatus]:
    """A history by the rules of deals: a number enters that stage, also by reopening; a word ends it."""
    history: History = (passage(STAGES[first], MONDAY, position=1),)
    status: DealStatus = "open"
    for day, act in enumerate(acts, start=1):
        at = MONDAY + days(day)
        if status == "open" and act in ("won", "lost"):
            history, status = end(history, at), "won" if act == "won" else "lost"
        elif isinstance(act, int) and status != "open":
            history, status = resumed(history, status, STAGES[act], at), "open"
        elif isinstance(act, int) and STAGES[act].id != history[-1].stage_id:
            history = moved(history, STAGES[act], at)
    return history, status


def route(history: History, status: DealStatus) -> Route:
    return Route(
        pipeline_id=B2B.id,
        key=None,
        path=tuple(path_row(history)["path"]),
        before=0,
        stage_id=history[-1].stage_id,
        status=status,
        won=status == "won",
        deals=1,
    )


def counted(*routes: Route, of: Course = COURSE) -> list[StageCount]:
    return tally(routes, {of.pipeline_id: of}).at(of)


@given(LIVES)
def test_every_deal_is_counted_once(all_lives: list[tuple[int, list[int | str]]]) -> None:
    ways = [lived(first, acts) for first, acts in all_lives]

    found = tally([route(*way) for way in ways], {B2B.id: COURSE})

    stages, totals = found.at(COURSE), found.totals
    for stage in stages:
        assert stage.entered == stage.moved_on + stage.lost + stage.still_there + stage.went_back
    assert totals.deals == len(ways) == totals.open + totals.won + totals.lost
    assert totals.deals == totals.won + sum(stage.lost + stage.still_there for stage in stages)
    assert (totals.open, totals.lost) == (
        sum(stage.still_there for stage in stages),
        sum(stage.lost for stage in stages),
    )
    assert sum(stage.reopened for stage in stages) == sum(
        each.outcome is not None for history, _ in ways for each in history
    )


@given(LIVES)
def test_of_a_cohort_never_more_enter_the_next_stage(all_lives: list[tuple[int, list[int | str]]]) -> None:
    ways = [lived(first, acts) for first, acts in all_lives]

    stages = counted(*(route(*way) for way in ways))

    entered = [stage.entered for stage in stages]
    assert entered == sorted(entered, reverse=True)
    assert entered[0] == len(ways)
    assert [stage.entered_next for stage in stages] == [*entered[1:], sum(s == "won" for _, s in ways)]
    for rank, stage in enumerate(stages):
        visitors = sum(any(each.stage_id == STAGES[rank].id for each in history) for history, _ in ways)
        assert stage.entered - stage.jumped_over == visitors


@given(LIVES)
def test_the_parts_of_a_split_add_up(all_lives: list[tuple[int, list[int | str]]]) -> None:
    routes = [route(*lived(first, acts)) for first, acts in all_lives]

    whole, one, other = counted(*routes), counted(*routes[::2]), counted(*routes[1::2])

    for all_of, some, rest in zip(whole, one, other, strict=True):
        assert all_of.entered == some.entered + rest.entered
        assert all_of.went_back == some.went_back + rest.went_back


def test_what_was_before_the_period_says_only_from_where_a_deal_came() -> None:
    before = Route(
        pipeline_id=B2B.id,
        key=None,
        path=(STAGES[2].id, None, STAGES[3].id),
        before=2,
        stage_id=STAGES[3].id,
        status="open",
        won=False,
        deals=2,
    )

    stages = counted(before)

    assert [stage.entered for stage in stages] == [0, 0, 0, 2]
    assert stages[3].reopened == 2


def test_a_removed_stage_that_led_nowhere_counts_as_the_one_in_its_place() -> None:
    ids = [uuid5(UUID(int=1), str(number)) for number in range(2)]
    gone = Pipeline(id=B2B.id, name="B2B", stages=STAGES[2:], removed=STAGES[:2])

    found = course(gone, {stage.id: stage for stage in STAGES})

    assert [found.rank(stage.id) for stage in STAGES] == [0, 1, 0, 1]
    assert found.rank(ids[0]) == 0
