"""Points of rules: capped by group and part, fading by half-lives, nothing from a rule that fails."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.leads.expression.lead_facts import lead_facts
from services.leads.score_rule.domain import Event, Given, ScoreRule, all_given, total
from shared.contracts.errors import DomainError
from tests.leads.builders import a_lead

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
FACTS = lead_facts(a_lead(employees=50), NOW)


def a_rule(**fields: Any) -> ScoreRule:
    given = {"id": UUID(int=1), "name": "rule", "part": "fit", "points": 10, "condition": "true", **fields}
    return ScoreRule(created_at=NOW, updated_at=NOW, **given)


def counting(**fields: Any) -> ScoreRule:
    return a_rule(**{"part": "engagement", "condition": None, "events": ("call",), **fields})


def calls(*days_ago: float) -> list[Event]:
    return [Event("call", NOW - timedelta(days=days)) for days in days_ago]


@given(
    rules=st.lists(
        st.tuples(st.integers(-100, 100), st.sampled_from([None, "a", "b"]), st.integers(1, 100)), max_size=20
    )
)
def test_a_part_is_0_to_100_and_no_group_gives_more_than_its_cap(
    rules: list[tuple[int, str | None, int]],
) -> None:
    made = [a_rule(points=points, group=group, group_cap=cap) for points, group, cap in rules]
    caps = {group: min(cap for _, other, cap in rules if other == group) for _, group, _ in rules if group}

    given = all_given(made, FACTS, (), NOW)

    assert 0 <= total(given, "fit") <= 100
    assert total(given, "engagement") == 0
    for group, cap in caps.items():
        assert total([each for each in given if each.rule.group == group], "fit") <= cap


@given(days=st.floats(0, 400), half_life=st.floats(0.5, 400))
def test_points_halve_with_every_half_life_of_the_latest_event(days: float, half_life: float) -> None:
    (given,) = all_given([counting(points=80, half_life_days=half_life)], FACTS, calls(days, days + 9), NOW)

    assert given.points == pytest.approx(80 * 0.5 ** (days / half_life), abs=0.01)


@pytest.mark.parametrize(
    ("days_ago", "points"),
    [((), 0), ((1,), 0), ((1, 2), 10), ((1, 2, 3), 10), ((1, 2, 3, 4), 0), ((1, 40), 0)],
)
def test_events_are_counted_between_the_bounds_and_within_the_days(
    days_ago: tuple[float, ...], points: int
) -> None:
    rule = counting(at_least=2, at_most=3, within_days=30)

    (given,) = all_given([rule], FACTS, calls(*days_ago), NOW)

    assert given.points == points


def test_what_is_still_to_come_does_not_count() -> None:
    (given,) = all_given([counting()], FACTS, calls(-1), NOW)

    assert (given.points, given.events) == (0, 0)


def test_half_a_point_is_rounded_up() -> None:
    assert total([Given(a_rule(), 2.5, 0)], "fit") == 3


def test_a_rule_that_can_never_give_points_is_refused() -> None:
    with pytest.raises(DomainError):
        a_rule(condition=None).check()
    with pytest.raises(DomainError):
        counting(events=()).check()
