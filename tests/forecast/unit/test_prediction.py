from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.forecast.prediction.domain.baselines import SPAN_OF
from services.forecast.prediction.domain.coming import learn_creation
from services.forecast.prediction.domain.days import NEVER, month_start
from services.forecast.prediction.domain.effects import behind, effects_of
from services.forecast.prediction.domain.hazards import ALL_PARTS
from services.forecast.prediction.domain.history import missing
from services.forecast.prediction.domain.lives import Factor, Flags, Ints, Lives, track
from services.forecast.prediction.domain.model import Foretold, Model, foretell_coming, foretell_open, learn
from services.forecast.prediction.domain.reasons import reasons_of
from services.forecast.prediction.domain.walk import moments, walked
from tests.forecast.made_up import FIRST_DAY, STAGES, Laws, made_up, with_another_future

ORIGIN = month_start(FIRST_DAY, 15)
QUARTER = month_start(ORIGIN, 3)


@pytest.fixture(scope="module")
def organisation() -> Lives:
    return made_up(Laws())


@pytest.fixture(scope="module")
def model(organisation: Lives) -> Model:
    return learn(organisation, ORIGIN, worth_by="product")


def foretold(lives: Lives, model: Model, *days: int) -> Foretold:
    return foretell_open(model, lives, model.day, days)


def won_by(lives: Lives, deals: Ints, day: int) -> Flags:
    ended: Flags = lives.won & (lives.closed < day)
    return ended[deals]


def test_of_deals_with_a_like_chance_as_many_are_won(organisation: Lives, model: Model) -> None:
    said = foretold(organisation, model, QUARTER)
    chance, won = said.wins[:, 0], won_by(organisation, said.deal, QUARTER)

    assert len(chance) > 500
    for low, high in ((0, 0.05), (0.05, 0.5), (0.5, 0.8), (0.8, 1)):
        alike = (chance >= low) & (chance < high)
        tolerance = 3 * np.sqrt((chance[alike] * (1 - chance[alike])).sum()) / alike.sum() + 0.04
        assert abs(won[alike].mean() - chance[alike].mean()) < tolerance, (low, high, alike.sum())


def test_the_stage_and_the_silence_tell_deals_apart(organisation: Lives, model: Model) -> None:
    without = replace(organisation, tracks={"amount": organisation.tracks["amount"]})
    plain = foretold(without, learn(without, ORIGIN, worth_by="product"), QUARTER)
    said = foretold(organisation, model, QUARTER)
    won = won_by(organisation, said.deal, QUARTER)

    assert ((said.wins[:, 0] - won) ** 2).mean() < 0.8 * ((plain.wins[:, 0] - won) ** 2).mean()


def test_a_chance_grows_with_the_days_and_stays_below_one(organisation: Lives, model: Model) -> None:
    days = [ORIGIN + each for each in (1, 7, 30, 60, 91, 365, 1000)]

    chance = foretold(organisation, model, *days).wins

    assert (np.diff(chance, axis=1) >= 0).all()
    assert chance.min() >= 0
    assert chance.max() <= 1


def test_an_old_deal_has_less_chance_than_a_young_one(organisation: Lives) -> None:
    plain = replace(organisation, tracks={}, factors={})
    model = learn(plain, ORIGIN)
    said = foretold(plain, model, QUARTER)
    age = ORIGIN - plain.created[said.deal]

    young, old = said.wins[(age > 20) & (age < 60), 0], said.wins[age > 200, 0]

    assert old.mean() < young.mean() / 4


def test_an_age_that_no_deal_has_reached_goes_on_as_the_ages_before(organisation: Lives) -> None:
    dead = replace(organisation, tracks={}, factors={})
    model = learn(dead, ORIGIN)
    oldest = dead.picked(dead.open_at(ORIGIN)[:1])

    by_month = foretell_open(model, oldest, ORIGIN, [ORIGIN + 30 * each for each in range(1, 40)]).wins[0]

    assert np.diff(by_month).max() < 0.01


def test_the_last_month_of_a_quarter_brings_most(organisation: Lives, model: Model) -> None:
    ends = [month_start(ORIGIN, months) for months in range(1, 4)]
    open_deals, coming = foretold(organisation, model, *ends), foretell_coming(model, organisation, ends)
    by_end = [moments(open_deals, coming, place)[0].sum() for place in range(3)]

    first, second, third = np.diff([0, *by_end])

    assert third > 1.2 * second
    assert third > 1.2 * first


def test_a_quarter_is_foretold_to_a_tenth(organisation: Lives, model: Model) -> None:
    open_deals, coming = (
        foretold(organisation, model, QUARTER),
        foretell_coming(model, organisation, [QUARTER]),
    )
    true = np.nansum(organisation.amount[organisation.won_between(ORIGIN, QUARTER)])

    mean, variance = moments(open_deals, coming, 0)

    assert abs(mean.sum() - true) < 0.1 * true
    assert 0 < variance.sum() < (0.1 * true) ** 2


def test_growth_is_carried_on(organisation: Lives) -> None:
    growing = made_up(Laws(growth=1.0, a_day=5))
    model = learn(growing, ORIGIN, worth_by="product")

    assert 0.1 < 365 * model.creation.growth < 0.7
    assert abs(365 * learn(organisation, ORIGIN).creation.growth) < 0.1


def test_where_every_deal_is_alike_no_factor_has_an_effect(organisation: Lives) -> None:
    noise = np.random.default_rng(5).integers(0, 3, len(organisation))
    product = replace(organisation.factors["product"], levels=noise)
    model = learn(replace(organisation, factors={"product": product}), ORIGIN)

    assert np.abs(np.log(model.hazards.won.effects["product"])).max() < 0.05


def test_a_level_never_seen_has_no_effect(organisation: Lives, model: Model) -> None:
    for name, each in organisation.factors.items():
        assert model.hazards.won.effects[name][len(each.names)] == pytest.approx(1)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1000), months=st.integers(5, 18))
def test_what_happens_later_changes_nothing_foretold(seed: int, months: int) -> None:
    lives = made_up(Laws(days=600, a_day=2, seed=7))
    origin = month_start(FIRST_DAY, months)
    ends = [month_start(origin, 1), month_start(origin, 3)]

    assert_same(both(lives, origin, ends), both(with_another_future(lives, origin, seed), origin, ends))


def test_what_comes_later_changes_no_method_of_a_trial(organisation: Lives) -> None:
    futures = organisation, with_another_future(organisation, ORIGIN, 3)

    one, other = (walked(each, ORIGIN, [QUARTER], {}, worth_by="product")[0] for each in futures)

    assert set(one.foretold) == {"model", *SPAN_OF, "weighted_pipeline"}
    assert one.foretold == other.foretold
    assert one.true != other.true


def test_the_level_of_the_last_quarter_goes_on(organisation: Lives) -> None:
    lately = organisation.closed >= month_start(ORIGIN, -3)
    undone = lately & (np.arange(len(organisation)) % 2 == 0)
    slower = replace(
        organisation, closed=np.where(undone, NEVER, organisation.closed), won=organisation.won & ~undone
    )

    carried, pooled = (
        foretell_coming(learn(slower, ORIGIN, worth_by="product", parts=parts), slower, [QUARTER]).wins.sum()
        for parts in (ALL_PARTS, ALL_PARTS - {"quarters"})
    )

    assert carried < 0.9 * pooled


def both(lives: Lives, origin: int, ends: list[int]) -> tuple[Foretold, Foretold]:
    model = learn(lives, origin, worth_by="product")
    return foretell_open(model, lives, origin, ends), foretell_coming(model, lives, ends)


def assert_same(one: tuple[Foretold, ...], other: tuple[Foretold, ...]) -> None:
    for a, b in zip(one, other, strict=True):
        for name in ("deal", "wins", "worth", "square"):
            np.testing.assert_array_equal(getattr(a, name), getattr(b, name))


def test_the_effects_lead_from_the_mean_chance_to_the_deal_s_own(organisation: Lives, model: Model) -> None:
    said = foretold(organisation, model, QUARTER)
    why = effects_of(model, organisation, ORIGIN, QUARTER, said.wins[:, 0])

    assert why.names == ("age", "product", "owner", "stage", "stage_age", "silence", "amount")
    np.testing.assert_array_equal(why.deal, said.deal)
    np.testing.assert_allclose(why.chance, np.maximum(said.wins[:, 0], 1e-6))
    np.testing.assert_allclose(why.base * np.exp(why.log_effect.sum(axis=1)), why.chance)


def test_reasons_name_what_weighs_most_with_the_closings_behind_it(organisation: Lives, model: Model) -> None:
    why = effects_of(model, organisation, ORIGIN, QUARTER, foretold(organisation, model, QUARTER).wins[:, 0])
    stage = why.level[:, why.names.index("stage")]
    agreed = int(np.flatnonzero(stage == 1 + STAGES.index("contract"))[0])

    reasons = reasons_of(
        why.names, why.level[agreed].tolist(), why.log_effect[agreed].tolist(), behind(model)
    )

    of_stage = next(each for each in reasons if each.factor == "stage")
    assert len(reasons) == 5
    assert of_stage.effect > 1.1
    assert of_stage.text.startswith(
        f"stage contract: x{of_stage.effect:.2f}, from {of_stage.closings} closings"
    )
    assert of_stage.closings > 100


def test_the_first_day_of_a_quarter_is_not_of_the_month_before() -> None:
    """A deal a day, and a hundred on the first of April: March was a month like January and February."""
    april = date(2024, 4, 1).toordinal()
    created = np.concatenate([np.arange(april - 183, april), np.full(100, april)])
    nothing = np.zeros(len(created), bool)
    lives = Lives(
        created=created,
        closed=np.full(len(created), NEVER),
        won=nothing,
        amount=np.full(len(created), np.nan),
        factors={},
    )

    january, february, march = learn_creation(lives, april + 40, fiscal_year_start_month=1).season

    assert [january, february, march] == pytest.approx([1, 1, 1], rel=0.01)


def test_too_little_past_is_named(organisation: Lives) -> None:
    assert missing(organisation, ORIGIN) == ()
    early = FIRST_DAY + 30

    assert {each.what for each in missing(organisation, early)} == {
        "wins",
        "closings",
        "months_with_closings",
    }


@settings(max_examples=20, deadline=None)
@given(data=st.data())
def test_any_past_with_a_closing_gives_chances(data: st.DataObject) -> None:
    lives = any_lives(data.draw(st.integers(0, 10_000)), number=data.draw(st.integers(1, 40)))
    day = int(lives.closed.min()) + data.draw(st.integers(1, 500))
    ends = [day + 1, day + 30, day + 400]

    open_deals, coming = both(lives, day, ends)
    why = effects_of(learn(lives, day, worth_by="product"), lives, day, ends[1], open_deals.wins[:, 1])

    for said in (open_deals, coming):
        assert np.isfinite(said.worth).all()
        assert np.isfinite(said.wins).all()
        assert (np.diff(said.wins, axis=1) >= -1e-12).all()
        assert said.wins.min(initial=0) >= 0
    assert open_deals.wins.max(initial=0) <= 1
    assert np.isfinite(why.log_effect).all()


def any_lives(seed: int, number: int) -> Lives:
    """Deals at random, one of them closed; some tracks missing, some without a statement."""
    draw = np.random.default_rng(seed)
    created = FIRST_DAY + draw.integers(0, 800, number)
    closed = np.where(draw.random(number) < 0.5, created + draw.integers(0, 900, number), NEVER)
    closed[0] = created[0] + draw.integers(0, 900)
    won = (draw.random(number) < draw.choice([0.0, 0.5, 1.0])) & (closed < NEVER)
    amount = np.where(won & (draw.random(number) < 0.8), draw.lognormal(5, 3, number), np.nan)
    places = draw.integers(0, number, 3 * number)
    days = created[places] + draw.integers(0, 900, len(places))
    tracks = {
        "stage": track(places, days, draw.integers(-1, 2, len(places)).astype(float), ("one", "two")),
        "amount": track(places, days, draw.choice([0.0, 5.0, 1e9], len(places))),
        "activity": track(places[:1], days[:1], np.zeros(1)),
        "account": track(places, days, draw.integers(0, 3, len(places)).astype(float)),
        "pushes": track(places[:0], days[:0], np.zeros(0)),
    }
    return Lives(
        created=created,
        closed=closed,
        won=won,
        amount=amount,
        factors={"product": Factor(("a", "b"), draw.integers(0, 3, number))},
        tracks={name: each for name, each in tracks.items() if draw.random() < 0.7},
    )
