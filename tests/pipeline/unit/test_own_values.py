"""What recurs is reckoned to the cent, own values merge like patches, tags have one form."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.pipeline.bulk_edit.domain import Change
from services.pipeline.deal.domain.worth import MONTHS, arr, mrr, tcv
from services.pipeline.deal.tags import normal_tags
from shared.contracts.errors import DomainError
from shared.contracts.events.pipeline_deal import RecurringPeriod
from shared.contracts.money import Money
from tests.pipeline.unit.builders import a_deal

HALF_A_CENT = Decimal("0.005")
AMOUNTS = st.decimals(min_value=0, max_value=10**9, places=2).map(lambda it: Money(amount=it, currency="EUR"))
PERIODS: st.SearchStrategy[RecurringPeriod] = st.sampled_from(list(MONTHS))
PATCHES = st.lists(st.dictionaries(st.sampled_from("abc"), st.none() | st.integers(0, 2)), max_size=6)


@given(AMOUNTS, PERIODS, st.integers(1, 600))
def test_month_year_and_term_are_off_by_half_a_cent_at_most(
    recurring: Money, period: RecurringPeriod, term: int
) -> None:
    a_month, a_year = mrr(recurring, period), arr(recurring, period)
    total = tcv(Money(amount=Decimal(7), currency="EUR"), recurring, period, term)

    assert a_month is not None
    assert a_year is not None
    assert total is not None
    assert abs(a_month.amount * MONTHS[period] - recurring.amount) <= HALF_A_CENT * MONTHS[period]
    assert a_year.amount == recurring.amount * 12 / MONTHS[period]
    assert abs((total.amount - 7) * MONTHS[period] - recurring.amount * term) <= HALF_A_CENT * MONTHS[period]


@given(PATCHES)
def test_own_values_are_what_the_patches_say_one_after_the_other(
    patches: list[dict[str, int | None]],
) -> None:
    deal, expected = a_deal(), dict[str, Any]()

    for patch in patches:
        before, known = deal, dict(expected)
        expected = {key: value for key, value in {**expected, **patch}.items() if value is not None}
        deal, event = deal.edit({"custom": patch})
        assert (deal is before) == (expected == known)
        assert ("custom" in event.changed) == (expected != known)
        assert event.custom == expected

    assert deal.custom == expected


@given(st.lists(st.text(min_size=1), max_size=40).map(tuple))
def test_tags_in_their_one_form_stay_as_they_are(tags: tuple[str, ...]) -> None:
    once = normal_tags(tags)

    assert normal_tags(once) == once
    assert len(once) == len(set(once)) <= 20
    assert all(once)


@given(*(st.lists(st.sampled_from("abcdef"), unique=True).map(tuple) for _ in range(3)))
def test_tags_are_taken_off_and_put_on_once_and_again(
    tags: tuple[str, ...], added: tuple[str, ...], removed: tuple[str, ...]
) -> None:
    change = Change(add_tags=added, remove_tags=removed)

    once = change.fields_of(tags).get("tags", tags)

    assert set(once) == (set(tags) - set(removed)) | set(added)
    assert set(change.fields_of(once).get("tags", once)) == set(once)


def test_what_recurs_needs_its_period_and_the_currency_of_the_deal() -> None:
    deal = a_deal(amount=Money(amount=Decimal(1), currency="USD"))

    for fields in (
        {"recurring_amount": Money(amount=Decimal(1), currency="USD")},
        {"recurring_amount": Money(amount=Decimal(1), currency="EUR"), "recurring_period": "month"},
        {"term_months": 3},
    ):
        with pytest.raises(DomainError) as refusal:
            deal.edit(fields)
        assert refusal.value.code == "validation_failed"
