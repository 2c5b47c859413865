"""Chances moved by what became of those foretold before."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from deploy.forecasting.deals_file import Company
from deploy.forecasting.measure import ALL_PARTS, Point, measure
from deploy.forecasting.report import bins_of_quarters
from services.forecast.prediction.domain.blend import Came, Trial, Wins
from services.forecast.prediction.domain.calibration import CALIBRATION, Calibration, calibrated
from services.forecast.prediction.domain.chances import Rows, chances
from services.forecast.prediction.domain.days import month_start, month_starts
from services.forecast.prediction.domain.effects import behind, effects_of
from services.forecast.prediction.domain.hazards import Hazards
from services.forecast.prediction.domain.lives import Lives
from services.forecast.prediction.domain.model import Model, foretell_open, learn
from services.forecast.prediction.domain.reasons import reasons_of
from services.forecast.prediction.domain.trials import Walked
from services.forecast.prediction.domain.walk import bins_of, walked
from tests.forecast.made_up import FIRST_DAY, Laws, made_up, with_another_future

ORIGIN = month_start(FIRST_DAY, 12)
TWO_POINTS = 0.02
_TRIAL: TypeAdapter[Trial] = TypeAdapter(Trial)


@pytest.fixture(scope="module")
def organisation() -> Lives:
    return made_up(Laws(days=400))


@pytest.fixture(scope="module")
def model(organisation: Lives) -> Model:
    return learn(organisation, ORIGIN, worth_by="product")


def company(laws: Laws, *hidden: str) -> Company:
    lives = made_up(laws)
    tracks = {name: each for name, each in lives.tracks.items() if name not in hidden}
    seen = replace(lives, tracks=tracks)
    return Company(seen, dict(lives.factors), lives.tracks["amount"].value, FIRST_DAY + laws.days)


def too_high(points: list[Point]) -> float:
    """The mean chance to be won within the quarter less the share won, over all origins."""
    bins = bins_of_quarters(points)
    return float(sum(each.chance - each.won for each in bins) / sum(each.deals for each in bins))


@pytest.mark.parametrize(("souring", "seed"), [(0.2, 0), (0.35, 0), (0.35, 1)])
def test_where_more_and_more_deals_are_dead_as_many_are_won_as_the_chances_say(
    souring: float, seed: int
) -> None:
    drifting = company(Laws(a_day=5, dead=0.1, souring=souring, seed=seed), "stage", "activity")

    assert too_high(measure(drifting, ALL_PARTS - {CALIBRATION})) > TWO_POINTS
    assert abs(too_high(measure(drifting))) < TWO_POINTS


@pytest.mark.parametrize("seed", [0, 2])
def test_where_nothing_drifts_the_chances_are_no_worse(seed: int) -> None:
    steady = company(Laws(a_day=5, growth=0.5, seed=seed))

    without = too_high(measure(steady, ALL_PARTS - {CALIBRATION}))

    assert abs(too_high(measure(steady))) <= abs(without) + 0.002


def a_trial(log_scale: float, *, months: int = 3, start: int = 0, closings: int = 500) -> Trial:
    first = month_start(ORIGIN, start)
    return Trial(
        start=first,
        end=month_start(first, months),
        true=1.0,
        foretold={"model": 1.0},
        variance=1.0,
        bins=bins_of(np.array([0.5, 0.5]), np.array([True, False])),
        came=Came(log_scale, precision=400.0, closings=closings),
        wins=Wins(2, 1.0, 0.5),
    )


def scale(*trials: Trial) -> float:
    return float(np.log(calibrated(trials, month_start(ORIGIN, 24)).scale))


def test_without_trials_nothing_is_moved() -> None:
    assert calibrated((), ORIGIN) == Calibration(1.0, 0, 0)


def test_the_more_trials_agree_the_further_chances_are_moved() -> None:
    moved = [scale(*(a_trial(-0.4, start=start) for start in range(number))) for number in (1, 3, 12)]

    assert 0 > moved[0] > moved[1] > moved[2] > -0.4
    assert moved[0] > -0.1
    assert moved[2] < -0.3


def test_a_trial_counts_less_the_shorter_it_is_and_the_less_its_model_had_seen() -> None:
    whole = scale(a_trial(0.0), a_trial(-0.4, start=1))

    assert whole < scale(a_trial(0.0), a_trial(-0.4, start=1, months=1)) < 0
    assert whole < scale(a_trial(0.0), a_trial(-0.4, start=1, closings=50)) < 0


def test_of_each_start_the_longest_span_that_has_ended_counts() -> None:
    trials = [a_trial(-0.4 if months == 2 else 1.0, months=months) for months in (1, 2, 3)]

    found = calibrated(trials, month_start(ORIGIN, 2))

    assert found.trials == 1
    assert found.wins == 1
    assert found == calibrated(trials[1:2], month_start(ORIGIN, 2))


def test_a_trial_that_has_not_ended_moves_nothing() -> None:
    assert calibrated([a_trial(-0.4)], month_start(ORIGIN, 3) - 1) == Calibration()


@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 1000), months=st.integers(6, 10))
def test_what_comes_later_calibrates_no_earlier_chance(seed: int, months: int) -> None:
    lives, day = made_up(Laws(days=400, a_day=3, seed=7)), month_start(FIRST_DAY, months)

    one, other = (walk_to(day, each) for each in (lives, with_another_future(lives, day, seed)))

    assert len(one) == 3 * (months - 3)
    assert [each.foretold for each in one] == [each.foretold for each in other]
    assert [each.came for each in one] != [each.came for each in other]


def walk_to(day: int, lives: Lives) -> list[Trial]:
    """One, two and three months from each month's start up to the day, also those that end after it."""
    trials: list[Trial] = []
    for start in month_starts(month_start(FIRST_DAY, 4), day + 1):
        ends = [month_start(start, months) for months in (1, 2, 3)]
        trials += walked(lives, start, ends, {}, earlier=trials, worth_by="product")
    return trials


logs = st.lists(st.floats(-1.2, 1.2), max_size=12)


@given(logs=logs)
def test_it_never_moves_further_than_a_trial_calls_for(logs: list[float]) -> None:
    moved = scale(*(a_trial(each, start=start) for start, each in enumerate(logs)))

    assert min([0.0, *logs]) - 1e-9 <= moved <= max([0.0, *logs]) + 1e-9


@settings(max_examples=15, deadline=None)
@given(times=st.floats(0.3, 3.4))
def test_a_moved_chance_still_grows_and_won_and_lost_are_no_more_than_all(
    organisation: Lives, model: Model, times: float
) -> None:
    moved = replace(model, calibration=Calibration(times, 6, 100))
    days = [ORIGIN + each for each in (1, 7, 30, 91, 365, 1000)]
    plain = foretell_open(model, organisation, ORIGIN, days)

    said = foretell_open(moved, organisation, ORIGIN, days)

    assert (np.diff(said.wins, axis=1) >= 0).all()
    assert ((said.wins >= plain.wins) if times >= 1 else (said.wins <= plain.wins)).all()
    rows = Rows(organisation.created[said.deal], np.ones((1, len(said.deal))), np.ones((1, len(said.deal))))
    won, lost = won_and_lost(model.hazards, rows.won_faster(times), days)
    assert (won + lost).max() <= 1 + 1e-9


def won_and_lost(
    hazards: Hazards, rows: Rows, days: list[int]
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.float64]], ...]:
    mirrored = replace(hazards, won=hazards.lost, lost=hazards.won)
    return (
        chances(hazards, rows, ORIGIN, days),
        chances(mirrored, Rows(rows.created, rows.lost, rows.won), ORIGIN, days),
    )


def test_the_last_reason_says_how_often_chances_came_true(organisation: Lives, model: Model) -> None:
    moved = replace(model, calibration=Calibration(0.8, 6, 340))
    until = month_start(ORIGIN, 3)
    said = foretell_open(moved, organisation, ORIGIN, [until]).wins[:, 0]
    why = effects_of(moved, organisation, ORIGIN, until, said)
    likely = int(why.chance.argmax())

    reasons = reasons_of(
        why.names, why.level[likely].tolist(), why.log_effect[likely].tolist(), behind(moved)
    )

    assert len(reasons) == 6
    assert 0.8 <= reasons[-1].effect < 1
    assert reasons[-1].closings == 340
    assert reasons[-1].text == f"how often chances here came true: x{reasons[-1].effect:.2f}, from 6 trials"
    np.testing.assert_allclose(why.base * np.exp(why.log_effect.sum(axis=1)), np.maximum(said, 1e-6))


def test_a_trial_kept_before_is_still_read_but_walked_anew() -> None:
    kept = _TRIAL.dump_python(a_trial(0.1), mode="json")
    before, less = (
        {name: each for name, each in kept.items() if name not in left_out}
        for left_out in (("came", "wins"), ("wins",))
    )

    assert _TRIAL.validate_python(kept) == a_trial(0.1)
    assert Walked(_TRIAL.validate_python(kept), 500).still_holds(500)
    assert not Walked(_TRIAL.validate_python(before), 500).still_holds(500)
    assert not Walked(_TRIAL.validate_python(less), 500).still_holds(500)
    assert calibrated([_TRIAL.validate_python(before)], month_start(ORIGIN, 4)).scale == 1.0
