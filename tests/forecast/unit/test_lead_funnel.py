"""Conversions of a cohort of leads."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.forecast.lead_funnel.domain import DEFINITIONS, Counts, conversions, yield_per_lead
from services.forecast.lead_funnel.schemas import ConversionOut, CountsOut


def test_each_named_conversion_divides_what_its_name_says() -> None:
    counts = Counts(received=200, contacted=100, qualified=50, converted=20, won=5)

    assert {name: str(ratio) for name, ratio in conversions(counts).items()} == {
        "lead_to_contact": "0.5000",
        "contact_to_qualified": "0.5000",
        "qualified_to_converted": "0.4000",
        "lead_to_converted": "0.1000",
        "lead_to_won": "0.0250",
        "contact_to_won": "0.0500",
    }


def test_without_leads_no_conversion_and_no_yield_is_claimed() -> None:
    assert set(conversions(Counts()).values()) == {None}
    assert yield_per_lead(Counts()) is None


def test_yield_is_won_amount_for_each_lead_received() -> None:
    assert yield_per_lead(Counts(received=3, won_amount=Decimal(100))) == Decimal("33.33")


def test_every_figure_of_the_answer_has_a_definition() -> None:
    answered = CountsOut.model_fields.keys() - {"conversion"} | ConversionOut.model_fields.keys()

    assert DEFINITIONS.keys() == answered


@given(st.tuples(*[st.integers(0, 1000)] * 5).map(lambda steps: Counts(*sorted(steps, reverse=True))))
def test_a_conversion_lies_between_0_and_1(counts: Counts) -> None:
    assert all(ratio is None or 0 <= ratio <= 1 for ratio in conversions(counts).values())
