"""Where nothing changes the 80 % range holds what comes about eight times in ten, and reasons add up."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.forecasting.deals_file import Company
from deploy.forecasting.measure import MONTH, Point, coverage, measure
from services.forecast.prediction.domain.calibration import Calibration
from services.forecast.prediction.domain.days import month_start
from services.forecast.prediction.domain.effects import behind, effects_of
from services.forecast.prediction.domain.lives import Lives
from services.forecast.prediction.domain.model import foretell_open, learn
from services.forecast.prediction.domain.reasons import reasons_of
from tests.forecast.made_up import FIRST_DAY, Laws, made_up

SEEDS = range(20, 32)


@cache
def points() -> tuple[Point, ...]:
    """Of twelve organisations whose laws never change, each over the last months of a year and a half."""
    return tuple(each for seed in SEEDS for each in measure(a_steady_company(seed))[6:])


def a_steady_company(seed: int) -> Company:
    lives = made_up(Laws(days=540, a_day=4, rush=1.0, seed=seed))
    return Company(lives, dict(lives.factors), lives.tracks["amount"].value, FIRST_DAY + 540)


@pytest.mark.parametrize("groups", [(), ("product",), ("owner",)])
def test_where_nothing_changes_the_range_of_a_month_holds_eight_times_in_ten(groups: tuple[str, ...]) -> None:
    inside, of = coverage(points(), *groups, horizon=MONTH)

    assert of >= 120
    assert 0.72 <= inside / of <= 0.88, (inside, of)


@cache
def organisation(seed: int) -> Lives:
    return made_up(Laws(days=300, a_day=2, seed=seed))


@settings(max_examples=12, deadline=None)
@given(
    seed=st.integers(1, 3),
    months=st.integers(5, 9),
    ahead=st.integers(1, 400),
    scale=st.floats(0.3, 3.0),
    limit=st.integers(0, 12),
)
def test_reasons_always_multiply_to_the_chance_that_is_shown(
    seed: int, months: int, ahead: int, scale: float, limit: int
) -> None:
    lives, day = organisation(seed), month_start(FIRST_DAY, months)
    model = learn(lives, day, worth_by="product")
    model = replace(model, calibration=Calibration(scale, 6, 40))

    shown = foretell_open(model, lives, day, [day + ahead]).wins[:, 0]
    why = effects_of(model, lives, day, day + ahead, shown)

    np.testing.assert_allclose(
        why.base * np.exp(why.log_effect.sum(axis=1)), np.maximum(shown, 1e-6), rtol=1e-6
    )
    row = int(why.chance.argmax())
    every = reasons_of(
        why.names, why.level[row].tolist(), why.log_effect[row].tolist(), behind(model), limit=99
    )
    some = reasons_of(
        why.names, why.level[row].tolist(), why.log_effect[row].tolist(), behind(model), limit=limit
    )
    product = why.base * np.prod([each.effect for each in every])
    assert product == pytest.approx(why.chance[row], rel=1e-6)
    assert set(some) <= set(every)
    assert [each.factor for each in every].count("calibration") == 1
