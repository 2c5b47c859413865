"""Assumptions played through on deals: pure arithmetic."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.forecast.scenario.domain import (
    Deal,
    Effect,
    Leads,
    Reach,
    Span,
    concentration,
    figures_of,
    hits,
    largest,
    leads_after,
    moved,
    played,
    summed,
    worths,
)
from tests.forecast.builders import named

QUARTER = Span(date(2027, 1, 1), date(2027, 3, 31))
FOREVER = Span(date(1900, 1, 1), date(2200, 12, 31))
ANN, BOB = named("ann"), named("bob")
LEADS = Leads(Decimal(70), Decimal(30))


def deal(name: str = "deal", **fields: Any) -> Deal:
    """An open deal of 100 at 50 %, of Ann, due in the middle of the quarter."""
    plain: dict[str, Any] = {
        "id": named(name),
        "won": False,
        "category": "pipeline",
        "amount": Decimal(100),
        "probability": Decimal("0.5"),
        "expected_close": date(2027, 2, 15),
        "account_id": named("acme"),
        "owner_id": ANN,
        "product_id": None,
        "territory_id": None,
    }
    return Deal(**plain | fields)


def forecast(deals: list[Deal], *effects: Effect, span: Span = QUARTER) -> Decimal:
    return figures_of(played(deals, effects), span, leads_after(LEADS, effects)).forecast


def test_the_forecast_is_closed_and_weighted_and_leads() -> None:
    won = deal("won", won=True, category="closed", amount=Decimal(40), probability=None)
    deals = [won, deal(), deal("no chance known", probability=None), deal("left out", category="omitted")]

    figures = figures_of(deals, QUARTER, LEADS)

    assert [figures.closed, figures.open_pipeline, figures.leads] == [Decimal(40), Decimal(200), Decimal(100)]
    assert figures.forecast == 40 + 50 + 100


def test_a_price_fall_takes_its_share_of_open_deals_and_leads_but_not_of_won_ones() -> None:
    deals = [deal("won", won=True, amount=Decimal(40)), deal()]

    assert forecast(deals, Effect(value=Decimal("0.9"))) == Decimal("40") + Decimal("45") + Decimal("90")
    assert forecast(deals, Effect(Reach(owners=frozenset([BOB])), value=Decimal("0.9"))) == 190


def test_a_fall_of_demand_is_about_leads_to_come_alone() -> None:
    assert forecast([deal()], Effect(demand=Decimal("0.5"))) == 50 + 70 + 15


def test_a_rep_who_leaves_takes_the_open_deals_but_for_what_colleagues_keep() -> None:
    leaves = Effect(Reach(owners=frozenset([ANN])), value=Decimal("0.2"))

    assert forecast([deal(), deal("of bob", owner_id=BOB)], leaves) == 10 + 50 + 100


def test_deals_that_slip_leave_the_period_and_others_come_into_it() -> None:
    deals = [deal(expected_close=date(2027, 3, 20)), deal("before", expected_close=date(2026, 12, 25))]

    assert forecast(deals) == 150
    assert forecast(deals, Effect(days=10)) == 200
    assert forecast(deals, Effect(days=20)) == 150


def test_a_chance_is_never_more_than_1_and_one_nobody_knows_stays_unknown() -> None:
    twice = Effect(chance=Decimal(3))

    assert twice.on(deal()).probability == 1
    assert twice.on(deal(probability=None)).probability is None


def test_a_shift_of_category_moves_columns_and_not_the_forecast() -> None:
    deals = [deal(category="commit")]
    shifted = figures_of(played(deals, [Effect(shift=("commit", "best_case"))]), QUARTER)
    before = figures_of(deals, QUARTER)

    assert [before.commit, shifted.commit, shifted.best_case] == [Decimal(100), Decimal(0), Decimal(100)]
    assert shifted.forecast == before.forecast


def test_the_largest_customers_are_those_from_whom_most_was_won() -> None:
    acme, blue, cold = named("acme"), named("blue"), named("cold")

    assert largest({acme: Decimal(10), blue: Decimal(90)}, {cold: Decimal(500)}, 2) == {acme, blue}
    assert largest({}, {acme: Decimal(1), cold: Decimal(500), None: Decimal(999)}, 1) == {cold}


def test_what_is_hit_is_named_with_the_hardest_first() -> None:
    before = [deal("small", amount=Decimal(10)), deal("large"), deal("spared", owner_id=BOB)]
    after = played(before, [Effect(Reach(owners=frozenset([ANN])), value=Decimal(0))])

    found = hits([each.id for each in before], worths(before, QUARTER), worths(after, QUARTER))

    assert [(hit.key, hit.difference) for hit in found] == [
        (named("large"), Decimal(-50)),
        (named("small"), Decimal(-5)),
    ]


def test_how_much_hangs_on_the_largest() -> None:
    deals = [deal(), deal("b", account_id=named("b"), amount=Decimal(300)), deal("c", account_id=None)]

    assert concentration(summed([each.account_id for each in deals], worths(deals, QUARTER))) == {
        1: Decimal("0.6"),
        5: Decimal("0.8"),
        10: Decimal("0.8"),
    }
    assert concentration({}) == {1: None, 5: None, 10: None}


SHARES = st.decimals(0, 1, places=3)
DAYS = st.dates(date(2026, 6, 1), date(2027, 12, 31))
DEALS = st.lists(
    st.builds(
        deal,
        st.sampled_from("abcdefgh"),
        won=st.booleans(),
        amount=st.decimals(0, 10_000, places=2),
        probability=st.none() | SHARES,
        expected_close=st.none() | DAYS,
        category=st.sampled_from(["commit", "most_likely", "best_case", "pipeline", "omitted"]),
        owner_id=st.sampled_from([ANN, BOB, None]),
        account_id=st.sampled_from([named("acme"), named("blue"), None]),
    ),
    max_size=12,
)
REACHES = st.builds(
    Reach,
    owners=st.none() | st.frozensets(st.sampled_from([ANN, BOB])),
    accounts=st.none() | st.frozensets(st.sampled_from([named("acme"), named("blue")])),
)
FALLS = st.lists(
    st.builds(Effect, reach=REACHES, value=SHARES, chance=SHARES, demand=SHARES), min_size=1, max_size=4
)


@given(DEALS, REACHES)
def test_without_a_change_every_figure_stays(deals: list[Deal], reach: Reach) -> None:
    same = [Effect(reach), Effect(), Effect(reach, shift=("commit", "commit"))]

    assert figures_of(played(deals, same), QUARTER, leads_after(LEADS, same)) == figures_of(
        deals, QUARTER, LEADS
    )


@given(DEALS, FALLS)
def test_what_falls_never_raises_a_figure_and_never_touches_what_is_won(
    deals: list[Deal], falls: list[Effect]
) -> None:
    before = figures_of(deals, QUARTER, LEADS)
    after = figures_of(played(deals, falls), QUARTER, leads_after(LEADS, falls))

    assert after.closed == before.closed
    for name in ("commit", "most_likely", "best_case", "open_pipeline", "leads", "forecast"):
        assert getattr(after, name) <= getattr(before, name)


@given(DEALS, FALLS)
def test_a_deeper_fall_never_brings_more(deals: list[Deal], falls: list[Effect]) -> None:
    deeper = [*falls, Effect(value=Decimal("0.5"))]

    assert forecast(deals, *deeper) <= forecast(deals, *falls)


@given(DEALS, st.integers(0, 400), REACHES)
def test_a_slip_moves_deals_and_loses_none(deals: list[Deal], days: int, reach: Reach) -> None:
    slips = Effect(reach, days=days)

    assert forecast(deals, slips, span=FOREVER) == forecast(deals, span=FOREVER)
    for old, new in zip(deals, played(deals, [slips]), strict=True):
        if old.expected_close and new.expected_close:
            assert new.expected_close - old.expected_close in (timedelta(0), timedelta(days=days))


@given(DEALS, FALLS, st.integers(0, 60))
def test_by_how_much_an_assumption_alone_moves_the_forecast_is_what_playing_it_alone_would_say(
    deals: list[Deal], falls: list[Effect], days: int
) -> None:
    before = figures_of(deals, QUARTER).forecast

    for effect in (*falls, Effect(days=days), Effect(shift=("pipeline", "omitted"))):
        after = figures_of(played(deals, [effect]), QUARTER).forecast
        assert moved(deals, worths(deals, QUARTER), effect, QUARTER) == after - before


@given(DEALS, FALLS)
def test_what_deals_lose_adds_up_to_what_the_forecast_loses(deals: list[Deal], falls: list[Effect]) -> None:
    after = played(deals, falls)
    found = hits([each.id for each in deals], worths(deals, QUARTER), worths(after, QUARTER))
    lost = sum((hit.difference for hit in found), Decimal(0))

    assert figures_of(after, QUARTER).forecast - figures_of(deals, QUARTER).forecast == lost
