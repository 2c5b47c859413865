"""What regular customers bring by their rhythm."""

import csv
import os
from collections import defaultdict
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.forecast.repeat_business.domain import (
    Purchases,
    Rhythm,
    is_enough,
    range_of,
    rhythms,
    trials_of,
    widening,
)
from tests.forecast.builders import named

TODAY = date(2027, 2, 1).toordinal()
DATA = Path(os.environ.get("DEALSTREAM_DATA", Path(__file__).parents[4] / "shared/data"))


def every(days: int, *, times: int = 12, last: int = 0, amount: float = 100.0) -> list[tuple[int, float]]:
    """So many purchases at the same interval, the last one so many days ago."""
    return [(TODAY - last - days * number, amount) for number in reversed(range(times))]


def shop(count: int, days: int = 30, **rhythm: int) -> dict[UUID, list[tuple[int, float]]]:
    return {named(f"customer {number}"): every(days, **rhythm) for number in range(count)}


def of(purchases: Purchases, name: str) -> Rhythm:
    return next(each for each in rhythms(purchases, TODAY) if each.account_id == named(name))


def test_customers_that_buy_each_month_are_expected_to_buy_each_month() -> None:
    found = rhythms(shop(20, 30, last=10), TODAY)

    assert {(each.median, each.spread, each.interval, each.silent) for each in found} == {(30, 0, 30, 10)}
    assert sum(each.count(30) for each in found) == pytest.approx(20, rel=0.05)
    assert range_of(found, 30, 1.0)[1] == pytest.approx(2000, rel=0.05)


def test_who_bought_twice_is_no_regular_customer() -> None:
    purchases = {**shop(5), named("new"): every(20, times=2)}

    assert named("new") not in {each.account_id for each in rhythms(purchases, TODAY)}


def test_a_silent_customer_is_overdue_and_the_less_sure_the_longer_it_is_silent() -> None:
    purchases = {
        **shop(10, last=5),
        named("late"): every(30, last=50),
        named("gone"): every(30, last=300),
        named("slow"): every(90, last=100),
    }

    assert [of(purchases, name).is_overdue for name in ("late", "gone", "slow")] == [True, True, False]
    assert of(purchases, "customer 1").alive > of(purchases, "late").alive > of(purchases, "gone").alive
    assert of(purchases, "gone").alive < 0.05


def test_a_customer_with_few_purchases_is_drawn_to_the_rhythm_of_all() -> None:
    purchases = {**shop(10, 30), named("fast"): every(2, times=3, last=1)}

    fast = of(purchases, "fast")

    assert fast.median == 2
    assert 5 < fast.interval < 30


def test_too_few_regulars_are_not_enough() -> None:
    assert not is_enough(rhythms(shop(4), TODAY))
    assert is_enough(rhythms(shop(5), TODAY))
    assert rhythms({}, TODAY) == []


def test_the_range_is_widened_by_how_far_past_spans_were_missed() -> None:
    steady = trials_of(shop(20, 10, times=100), today=TODAY, days=30, most=8)
    purchases = {
        account: [(day, amount * (8 if (TODAY - day) // 30 % 2 else 1)) for day, amount in bought]
        for account, bought in shop(20, 10, times=100).items()
    }
    wild = trials_of(purchases, today=TODAY, days=30, most=8)

    assert len(steady) == len(wild) == 8
    assert widening(steady) == 1
    assert widening(wild) > 1.5
    assert widening(wild[:2]) == 1


PURCHASES = st.dictionaries(
    st.sampled_from([named(f"customer {number}") for number in range(12)]),
    st.lists(
        st.tuples(st.integers(TODAY - 900, TODAY + 90), st.floats(0, 1e6)), min_size=1, max_size=12,
        unique_by=lambda bought: bought[0],
    ).map(sorted),
)  # fmt: skip


@given(PURCHASES, st.integers(1, 400))
def test_ranges_are_in_order_and_longer_spans_bring_more(purchases: Purchases, days: int) -> None:
    found = rhythms(purchases, TODAY)
    p10, p50, p90 = range_of(found, days, 1.0)

    assert 0 <= p10 <= p50 <= p90
    assert p50 <= range_of(found, days + 1, 1.0)[1]
    assert all(0 <= each.alive <= 1 for each in found)


@given(PURCHASES)
def test_what_is_bought_later_changes_nothing_that_was_to_be_expected(purchases: Purchases) -> None:
    known = {
        account: before
        for account, bought in purchases.items()
        if (before := [each for each in bought if each[0] < TODAY])
    }

    assert rhythms(purchases, TODAY) == rhythms(known, TODAY)


@pytest.mark.skipif(
    not (DATA / "crm-sales-opportunities").exists(),
    reason="the real records are not here; set DEALSTREAM_DATA to their parent",
)
def test_on_real_records_the_rhythm_foretells_a_month_better_than_the_month_before() -> None:
    purchases = real_purchases()
    ours, same = [], []
    for month in (5, 6, 7, 8):
        today = date(2017, month + 1, 1).toordinal()
        expected = range_of(rhythms(purchases, today), 30, 1.0)[1]
        actual, before = (
            sum(
                value for bought in purchases.values() for day, value in bought if begins <= day < begins + 30
            )
            for begins in (today, today - 30)
        )
        ours.append(abs(expected - actual))
        same.append(abs(before - actual))

    assert sum(ours) < 0.75 * sum(same)


def real_purchases() -> Purchases:
    """Won deals of the file by account and day."""
    found: dict[UUID, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    with (DATA / "crm-sales-opportunities" / "sales_pipeline.csv").open() as file:
        for row in csv.DictReader(file):
            if row["deal_stage"] == "Won" and row["account"]:
                day = date.fromisoformat(row["close_date"]).toordinal()
                found[named(row["account"])][day] += float(row["close_value"])
    return {account: sorted(days.items()) for account, days in found.items()}
