"""What may happen to a deal, and what is refused with nothing changed."""

from decimal import Decimal

import pytest

from services.pipeline.deal.domain.deal import DealError, Why
from shared.contracts.money import Money
from tests.pipeline.unit.builders import (
    MONDAY,
    NEEDS,
    NEGOTIATION,
    PROPOSAL,
    QUALIFICATION,
    a_deal,
    a_lost_deal,
    a_won_deal,
    days,
    unvalued,
)

EUROS = Money(amount=Decimal("1200.50"), currency="EUR")


def refusal_of(action: object, *arguments: object, **options: object) -> DealError:
    assert callable(action)
    with pytest.raises(DealError) as refused:
        action(*arguments, **options)
    return refused.value


def test_a_move_takes_the_chances_of_the_new_stage() -> None:
    deal, event = a_deal().move(PROPOSAL, MONDAY + days(2), pipeline_version=1)

    assert (deal.stage, deal.probability, deal.forecast_category) == (PROPOSAL, Decimal("0.50"), "best_case")
    assert deal.stage_entered_at == MONDAY + days(2)
    assert event.from_stage == "Qualification"
    assert set(event.changed) == {
        "stage",
        "stage_id",
        "stage_entered_at",
        "probability",
        "forecast_category",
    }


def test_a_probability_set_by_a_person_survives_a_move_and_the_category_follows_the_stage() -> None:
    own, _ = a_deal().edit({"probability": Decimal("0.33")})

    moved, _ = own.move(NEGOTIATION, MONDAY + days(1), pipeline_version=1)

    assert (moved.probability, moved.forecast_category) == (Decimal("0.33"), "commit")


def test_a_category_set_by_a_person_survives_a_move_and_the_probability_follows_the_stage() -> None:
    own, _ = a_deal().edit({"forecast_category": "omitted"})

    moved, _ = own.move(NEGOTIATION, MONDAY + days(1), pipeline_version=1)

    assert (moved.probability, moved.forecast_category) == (Decimal("0.75"), "omitted")


def test_a_probability_of_zero_is_a_value_and_survives_a_move() -> None:
    hopeless, event = a_deal().edit({"probability": Decimal(0)})

    moved, _ = hopeless.move(NEEDS, MONDAY + days(1), pipeline_version=1)

    assert event.probability == Decimal(0)
    assert moved.probability == Decimal(0)


def test_a_probability_set_to_null_is_the_stages_again() -> None:
    own, _ = a_deal().edit({"probability": Decimal("0.9")})

    given_back, _ = own.edit({"probability": None})

    assert given_back.probability == QUALIFICATION.probability
    assert given_back.move(NEEDS, MONDAY, pipeline_version=1)[0].probability == NEEDS.probability


def test_saying_the_stages_own_probability_by_hand_keeps_it_by_hand() -> None:
    own, _ = a_deal().edit({"probability": QUALIFICATION.probability})

    assert own.move(NEGOTIATION, MONDAY, pipeline_version=1)[0].probability == QUALIFICATION.probability


def test_moving_to_the_stage_it_is_in_changes_nothing() -> None:
    deal = a_deal()

    same, _ = deal.move(QUALIFICATION, MONDAY + days(5), pipeline_version=1)

    assert same is deal


def test_a_move_by_a_late_clock_never_leaves_a_stage_before_it_was_entered() -> None:
    deal, _ = a_deal().move(NEEDS, MONDAY - days(1), pipeline_version=1)

    assert deal.stage_entered_at == MONDAY


def test_a_won_deal_is_certain_and_closed_at_its_amount() -> None:
    won, event = a_deal(probability=Decimal("0.2")).win(
        MONDAY + days(9), amount=EUROS, value=lambda amount, _: amount
    )

    assert (won.status, won.probability, won.forecast_category) == ("won", Decimal(1), "closed")
    assert (event.amount, event.base_amount, event.closed_at) == (EUROS, EUROS, MONDAY + days(9))


def test_a_lost_deal_keeps_its_stage_and_says_why() -> None:
    moved, _ = a_deal().move(PROPOSAL, MONDAY, pipeline_version=1)

    lost, event = moved.lose(MONDAY + days(1), why=Why("price"), competitor="Globex", value=unvalued)

    assert (lost.stage, lost.probability, lost.forecast_category) == (PROPOSAL, Decimal(0), "omitted")
    assert (event.loss_reason, event.competitor, event.stage) == ("price", "Globex", "Proposal")


def test_winning_a_lost_deal_is_refused() -> None:
    refused = refusal_of(a_lost_deal().win, MONDAY + days(4), amount=None, value=unvalued)

    assert refused.code == "deal_not_open"


def test_winning_twice_is_refused() -> None:
    assert refusal_of(a_won_deal().win, MONDAY, amount=None, value=unvalued).code == "deal_already_won"


def test_losing_twice_is_refused() -> None:
    lost = a_lost_deal()

    refused = refusal_of(lost.lose, MONDAY, why=Why("x"), competitor=None, value=unvalued)

    assert refused.code == "deal_already_lost"


def test_moving_a_closed_deal_is_refused() -> None:
    assert refusal_of(a_won_deal().move, NEEDS, MONDAY, pipeline_version=1).code == "deal_not_open"


def test_closing_before_the_opening_is_refused_at_its_field() -> None:
    refused = refusal_of(a_deal().win, MONDAY - days(1), amount=None, value=unvalued)

    assert [error.pointer for error in refused.errors] == ["/closed_at"]


def test_a_reopened_deal_has_no_outcome_and_the_chances_of_its_stage() -> None:
    reopened, event = a_lost_deal().reopen(PROPOSAL, MONDAY + days(10), value=unvalued, pipeline_version=1)

    assert (reopened.status, reopened.closed_at, reopened.loss_reason) == ("open", None, None)
    assert (event.stage, event.probability, event.stage_entered_at) == (
        "Proposal",
        Decimal("0.50"),
        MONDAY + days(10),
    )


def test_reopening_an_open_deal_is_refused() -> None:
    assert (
        refusal_of(a_deal().reopen, NEEDS, MONDAY, pipeline_version=1, value=unvalued).code
        == "deal_already_open"
    )


@pytest.mark.parametrize("field", ["probability", "forecast_category", "expected_close"])
def test_the_chances_of_a_closed_deal_cannot_be_edited(field: str) -> None:
    values = {"probability": Decimal("0.5"), "forecast_category": "commit", "expected_close": MONDAY.date()}

    refused = refusal_of(a_won_deal().edit, {field: values[field]})

    assert (refused.code, [error.pointer for error in refused.errors]) == ("deal_not_open", [f"/{field}"])


def test_an_edit_names_what_changed_and_in_which_version() -> None:
    deal, event = a_deal().edit({"name": "Acme renewal", "source": None})

    assert (deal.version, event.changed, dict(deal.field_versions)) == (2, ("name",), {"name": 2})


def test_an_edit_without_a_new_value_changes_nothing() -> None:
    deal = a_deal()

    assert deal.edit({"name": deal.name})[0] is deal
