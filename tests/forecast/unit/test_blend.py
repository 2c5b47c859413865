"""What the blend and its ranges rest on: each method's own past, by how much it tells of today."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.forecast.prediction.domain.blend import MODEL, Came, Part, Trial, blended
from services.forecast.prediction.domain.days import month_start
from services.forecast.prediction.domain.hindsight import said
from tests.forecast.made_up import FIRST_DAY

money = st.floats(100, 1e6)


def a_trial(month: int, *, model: float, before: float, true: float = 1000.0, closings: int = 500) -> Trial:
    """Of one month; `before`: what the last one brought."""
    return Trial(
        start=month_start(FIRST_DAY, month),
        end=month_start(FIRST_DAY, month + 1),
        true=true,
        foretold={MODEL: model, "last_period": before},
        variance=0.0,
        came=Came(0.0, 1.0, closings),
    )


def test_what_a_model_of_few_closings_erred_counts_for_less() -> None:
    young = [a_trial(month, model=3000.0, before=1300.0, closings=50) for month in range(4)]
    grown = [a_trial(month, model=1000.0, before=1300.0, closings=500) for month in range(4, 8)]
    as_many = [replace(each, came=Came(0.0, 1.0, 500)) for each in young]

    assert blended([*young, *grown]).weights[MODEL] > 2 * blended([*as_many, *grown]).weights[MODEL]
    assert blended([*young, *grown]).spread < blended([*as_many, *grown]).spread


@given(st.lists(st.tuples(money, money, money), min_size=1, max_size=12), st.floats(0, 1e4))
def test_weights_are_shares_of_one_and_the_blend_lies_between_its_methods(
    figures: list[tuple[float, float, float]], win_size: float
) -> None:
    trials = [
        replace(a_trial(month, model=model, before=before, true=true), win_size=win_size)
        for month, (model, before, true) in enumerate(figures)
    ]
    blend, last = blended(trials), trials[-1].foretold

    assert sum(blend.weights.values()) == pytest.approx(1)
    assert min(last.values()) * (1 - 1e-9) <= blend.total(last) <= max(last.values()) * (1 + 1e-9)
    assert blend.spread_at(last) >= blend.spread


def test_the_luck_of_the_wins_a_simple_method_goes_by_widens_the_range() -> None:
    trials = [a_trial(month, model=1000.0, before=1000.0) for month in range(6)]
    small, large = (blended([replace(each, win_size=size) for each in trials]) for size in (0.0, 100.0))

    assert small.weights["last_period"] == pytest.approx(0.5)
    beyond = large.spread_at(trials[-1].foretold) ** 2 - large.spread**2
    assert math.sqrt(beyond) == pytest.approx(math.sqrt(0.5**2 * 1000 * 100) / 1000)
    assert large.spread_at({MODEL: 1000.0}) == large.spread


def test_parts_of_a_kind_that_stray_further_have_wider_ranges() -> None:
    trials = [
        replace(
            a_trial(month, model=1000.0, before=1000.0),
            parts=tuple(
                Part(group, f"{each}", 100.0, 1.0, 100.0 + stray * (-1) ** (each + month))
                for group, stray in (("product", 5.0), ("owner", 40.0))
                for each in range(10)
            ),
        )
        for month in range(8)
    ]
    blend = blended(trials)

    assert blend.stray(["owner"]) > 2 * blend.stray(["product"])
    assert blend.stray(["owner", "product"]) == blend.stray(["owner"])
    assert blend.stray(["product"]) < blend.stray(["team"]) == blend.part_spread < blend.stray(["owner"])
    inside = [each.inside for each in said(trials[-1], trials[:-1]).parts]
    assert inside.count(True) >= 18


@given(st.floats(1.5, 1000))
def test_in_any_currency_the_weights_and_spreads_are_the_same(rate: float) -> None:
    trials = [
        a_trial(month, model=9e5 + 1e5 * (month % 3), before=1e6, true=1e6 - 5e4 * (month % 2))
        for month in range(8)
    ]
    other = [
        replace(
            each, true=each.true * rate, foretold={name: rate * said for name, said in each.foretold.items()}
        )
        for each in trials
    ]

    one, same = blended(trials), blended(other)

    assert same.weights == pytest.approx(one.weights, rel=1e-3)
    assert same.spread == pytest.approx(one.spread, rel=1e-3)
