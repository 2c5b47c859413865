"""What would have been said of the past rests on what had ended before, and on nothing else."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.forecast.prediction.domain.blend import Part, Trial
from services.forecast.prediction.domain.days import month_start
from services.forecast.prediction.domain.hindsight import FEWEST_BEFORE, said_of
from tests.forecast.made_up import FIRST_DAY


def a_trial(month: int, *, model: float = 1000.0, true: float = 1000.0, part: float = 1000.0) -> Trial:
    """Of one month."""
    return Trial(
        start=month_start(FIRST_DAY, month),
        end=month_start(FIRST_DAY, month + 1),
        true=true,
        foretold={"model": model, "last_period": 1000.0},
        variance=0.0,
        parts=(Part("team", "north", model, 0.0, part),),
    )


def test_nothing_is_said_before_enough_spans_have_ended() -> None:
    trials = [a_trial(month) for month in range(5)]

    assert [each.trial for each in said_of(trials)] == trials[FEWEST_BEFORE:]


def test_spans_of_more_than_a_year_ago_no_longer_count() -> None:
    long_ago = [a_trial(month) for month in range(3)]

    assert list(said_of([*long_ago, a_trial(20)])) == []


def test_a_part_is_moved_as_the_whole_is_and_its_range_holds_what_came_or_not() -> None:
    trials = [*(a_trial(month, model=2000.0) for month in range(6)), a_trial(6, model=2000.0, part=5000.0)]

    *_, last = said_of(trials)

    assert 1000 < last.mean < 1100
    assert last.parts[0].mean == pytest.approx(last.mean)
    assert (last.inside, last.parts[0].inside) == (True, False)


money = st.floats(1, 1e6)


@given(st.lists(st.tuples(money, money), min_size=4, max_size=14), st.integers(3, 13), money)
def test_what_comes_of_a_span_changes_nothing_that_was_said_before_its_end(
    figures: list[tuple[float, float]], place: int, other: float
) -> None:
    trials = [a_trial(month, model=model, true=true) for month, (model, true) in enumerate(figures)]
    place = min(place, len(trials) - 1)
    changed = [*trials[:place], replace(trials[place], true=other), *trials[place + 1 :]]

    until = trials[place].start
    pairs = list(zip(said_of(trials), said_of(changed), strict=True))

    assert len(pairs) >= 1
    assert all(one.mean == same.mean for one, same in pairs if one.trial.start <= until)
