"""The times of all passages add up to the age of the deal, whatever happened to it."""

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.pipeline.deal.domain.arrival import told_again
from services.pipeline.deal.domain.deal import Deal, Why
from services.pipeline.deal.domain.life import Told
from services.pipeline.deal.domain.passage import History, end, moved, resumed
from services.pipeline.deal.domain.stay import Lasted, Stay, together
from shared.working_time.domain import WorkingTime, office_week
from tests.pipeline.unit.builders import B2B, MONDAY, NEEDS, PROPOSAL, an_arrival, days, unvalued

seconds = st.integers(min_value=0, max_value=10**8).map(lambda count: timedelta(microseconds=count * 997))
stages = st.sampled_from(B2B.stages)
steps = st.lists(st.tuples(st.sampled_from(["move", "win", "lose", "reopen"]), stages, seconds), max_size=25)


OFFICE = WorkingTime(office_week((1, 2, 3, 4, 5)), ZoneInfo("Europe/Berlin"))


def lasted(history: History, now: datetime) -> Lasted:
    return together(Stay.of(each, OFFICE, now) for each in history)


def total(history: History, now: datetime) -> timedelta:
    return lasted(history, now).time


def age(deal: Deal, now: datetime) -> timedelta:
    return (deal.closed_at or now) - deal.created_at


def contiguous(history: History) -> bool:
    return all(before.left_at == after.entered_at for before, after in pairwise(history))


def play(script: list[Any], *, late: timedelta) -> tuple[Deal, History, datetime]:
    """Do what the script says, whenever the rules allow it; closings are recorded `late`."""
    deal, history, now = *_new(), MONDAY
    for what, stage, pause in script:
        now += pause
        closing = max(deal.created_at, now - late)
        if what == "move" and deal.status == "open" and stage != deal.stage:
            deal, _ = deal.move(stage, now, pipeline_version=1)
            history = moved(history, stage, now)
        elif what == "win" and deal.status == "open":
            deal, _ = deal.win(closing, amount=None, value=unvalued)
            history = end(history, closing)
        elif what == "lose" and deal.status == "open":
            deal, _ = deal.lose(closing, why=Why("x"), competitor=None, value=unvalued)
            history = end(history, closing)
        elif what == "reopen" and deal.status != "open":
            history = resumed(history, deal.status, stage, now)
            deal, _ = deal.reopen(stage, now, value=unvalued, pipeline_version=1)
    return deal, history, now


def _new() -> tuple[Deal, History]:
    arrived = an_arrival()
    return arrived.deal, arrived.history


@given(steps, seconds, seconds)
def test_the_passages_add_up_to_the_age_without_a_gap(
    script: list[Any], late: timedelta, later: timedelta
) -> None:
    deal, history, now = play(script, late=late)

    assert total(history, now + later) == age(deal, now + later)
    assert contiguous(history)
    assert all(passage.lasted(now) >= timedelta() for passage in history)
    assert history[0].entered_at == deal.created_at
    assert history[-1].entered_at == deal.stage_entered_at


@given(steps, seconds, seconds)
def test_the_working_days_of_the_passages_add_up_to_those_of_the_age(
    script: list[Any], late: timedelta, later: timedelta
) -> None:
    deal, history, now = play(script, late=late)

    lived = OFFICE.days_between(deal.created_at, deal.created_at + age(deal, now + later))
    assert lasted(history, now + later).business_days == pytest.approx(lived, abs=1e-6)


@given(steps)
def test_exactly_the_last_passage_of_an_open_deal_is_open(script: list[Any]) -> None:
    deal, history, _ = play(script, late=timedelta())

    unfinished = [passage.position for passage in history if passage.left_at is None]
    assert unfinished == ([len(history)] if deal.status == "open" else [])
    assert [passage.position for passage in history] == list(range(1, len(history) + 1))


entered = st.lists(st.tuples(stages, seconds), min_size=1, max_size=8)


@given(entered, st.sampled_from(["won", "lost", "open"]), seconds)
def test_an_imported_history_adds_up_to_the_age(entries: list[Any], outcome: Any, before: timedelta) -> None:
    told = a_told_history(entries, outcome, before)

    arrived = an_arrival(told, now=MONDAY + days(400))

    assert total(arrived.history, MONDAY + days(400)) == age(arrived.deal, MONDAY + days(400))
    assert contiguous(arrived.history)


@given(entered, st.sampled_from(["won", "lost", "open"]), seconds)
def test_telling_an_import_again_is_no_news(entries: list[Any], outcome: Any, before: timedelta) -> None:
    told, now = a_told_history(entries, outcome, before), MONDAY + days(400)
    arrived = an_arrival(told, now=now)

    again = told_again(arrived.deal, arrived.history, B2B, told, {"name": "Acme"}, now=now + days(1))

    assert (again.deal, again.history, again.event) == (arrived.deal, arrived.history, None)


@given(steps, entered, st.sampled_from(["won", "lost", "open", None]), seconds)
def test_what_a_source_system_says_later_leaves_no_gap(
    script: list[Any], entries: list[Any], outcome: Any, before: timedelta
) -> None:
    deal, history, now = play(script, late=timedelta())
    told, now = a_told_history(entries, outcome, before), now + days(400)
    assume(outcome or deal.closed_at is None or (told.entries or ())[-1][1] <= deal.closed_at)

    revised = told_again(deal, history, B2B, told, {}, now=now)

    assert total(revised.history, now) == age(revised.deal, now)
    assert contiguous(revised.history)
    assert revised.history[-1].entered_at == revised.deal.stage_entered_at
    assert revised.history[-1].stage_id == revised.deal.stage.id


@given(steps, st.none() | stages, st.sampled_from(["won", "lost", "open", None]), seconds)
def test_a_stage_or_an_outcome_told_without_a_history_leaves_no_gap(
    script: list[Any], stage: Any, outcome: Any, ago: timedelta
) -> None:
    deal, history, now = play(script, late=timedelta())
    closed_at = max(deal.created_at, now - ago) if outcome in ("won", "lost") else None
    told = Told(stage=stage and stage.name, outcome=outcome, closed_at=closed_at)

    revised = told_again(deal, history, B2B, told, {}, now=now)

    assert total(revised.history, now) == age(revised.deal, now)
    assert contiguous(revised.history)
    assert (revised.history[-1].stage_id, revised.history[-1].entered_at) == (
        revised.deal.stage.id,
        revised.deal.stage_entered_at,
    )


def a_told_history(entries: list[Any], outcome: Any, before: timedelta) -> Told:
    at, listed = MONDAY, []
    for stage, pause in entries:
        listed.append((stage.name, at))
        at += pause
    return Told(
        created_at=MONDAY - before,
        outcome=outcome,
        closed_at=at if outcome in ("won", "lost") else None,
        entries=tuple(listed),
    )


def test_a_deal_moved_here_is_not_moved_back_by_a_history_already_heard() -> None:
    told = Told(created_at=MONDAY, entries=(("Needs analysis", MONDAY),))
    arrived = an_arrival(told, now=MONDAY + days(1))
    deal, _ = arrived.deal.move(PROPOSAL, MONDAY + days(2), pipeline_version=1)
    history = moved(arrived.history, PROPOSAL, MONDAY + days(2))

    again = told_again(deal, history, B2B, told, {}, now=MONDAY + days(3))

    assert (again.deal.stage, again.event) == (PROPOSAL, None)


def test_time_spent_lost_is_a_passage_of_its_own() -> None:
    history = end(an_arrival(Told(stage=NEEDS.name)).history, MONDAY + days(2))

    again = resumed(history, "lost", PROPOSAL, MONDAY + days(5))

    assert [(each.outcome, each.lasted(MONDAY + days(9)).days) for each in again] == [
        (None, 2),
        ("lost", 3),
        (None, 4),
    ]


def test_a_closing_recorded_late_shortens_the_last_stages_and_loses_none() -> None:
    history = moved(an_arrival().history, PROPOSAL, MONDAY + days(5))

    ended = end(history, MONDAY + days(3))

    assert [each.lasted(MONDAY + days(9)).days for each in ended] == [3, 0]
