"""What an importer may say of a deal, and which contradictions are refused at which field."""

from decimal import Decimal
from typing import Any

import pytest

from services.pipeline.deal.domain.arrival import told_again
from services.pipeline.deal.domain.life import Told
from shared.contracts.errors import DomainError
from tests.pipeline.unit.builders import B2B, MONDAY, NEEDS, PROPOSAL, an_arrival, days

NOW = MONDAY + days(100)
CLOSED: dict[str, Any] = {"created_at": MONDAY, "outcome": "won", "closed_at": MONDAY + days(5)}


def test_a_deal_opened_now_starts_in_the_first_stage() -> None:
    arrived = an_arrival()

    assert (arrived.deal.stage.name, arrived.deal.created_at, arrived.deal.version) == (
        "Qualification",
        MONDAY,
        1,
    )
    assert arrived.event is not None and arrived.event.probability == Decimal("0.10")


def test_an_imported_won_deal_arrives_closed_with_all_its_stages_in_one_event() -> None:
    entries = (("Qualification", MONDAY), ("proposal", MONDAY + days(2)))

    event = an_arrival(Told(**CLOSED, entries=entries), now=NOW).event

    assert event is not None
    assert (event.status, event.probability, event.forecast_category) == ("won", Decimal(1), "closed")
    assert [(each.stage, each.entered_at) for each in event.history] == [  # type: ignore[attr-defined]
        ("Qualification", MONDAY),
        ("Proposal", MONDAY + days(2)),
    ]


def test_the_time_before_the_first_entry_counts_to_the_first_stage_listed() -> None:
    told = Told(created_at=MONDAY, entries=(("Proposal", MONDAY + days(2)),))

    assert an_arrival(told, now=NOW).history[0].entered_at == MONDAY


def test_a_probability_an_importer_gives_is_a_persons_own() -> None:
    deal = an_arrival(Told(stage="Proposal"), probability=Decimal(0)).deal

    assert deal.probability == Decimal(0)
    assert deal.move(NEEDS, NOW, pipeline_version=1)[0].probability == Decimal(0)


@pytest.mark.parametrize(
    ("told", "pointer", "code"),
    [
        ({"outcome": "won"}, "/closed_at", "required"),
        ({"closed_at": MONDAY}, "/outcome", "required"),
        ({"outcome": "open", "closed_at": MONDAY}, "/outcome", "required"),
        ({"created_at": NOW + days(1)}, "/created_at", "in_the_future"),
        ({**CLOSED, "closed_at": NOW + days(1)}, "/closed_at", "in_the_future"),
        ({**CLOSED, "closed_at": MONDAY - days(1)}, "/closed_at", "before_created"),
        (
            {"created_at": MONDAY, "entries": (("Proposal", MONDAY - days(1)),)},
            "/stage_history/0/entered_at",
            "before_created",
        ),
        (
            {"entries": (("Proposal", MONDAY), ("Negotiation", MONDAY - days(1)))},
            "/stage_history/1/entered_at",
            "out_of_order",
        ),
        (
            {**CLOSED, "entries": (("Proposal", MONDAY + days(6)),)},
            "/stage_history/0/entered_at",
            "after_closed",
        ),
        ({"entries": (("Nowhere", MONDAY),)}, "/stage_history/0/stage", "stage_unknown"),
        ({"stage": "Nowhere"}, "/stage", "stage_unknown"),
        ({"stage": "Needs analysis", "entries": (("Proposal", MONDAY),)}, "/stage", "contradicts_history"),
    ],
)
def test_a_contradiction_is_refused_at_its_field(told: dict[str, Any], pointer: str, code: str) -> None:
    with pytest.raises(DomainError) as refused:
        an_arrival(Told(**told), now=NOW)

    assert (pointer, code) in [(error.pointer, error.code) for error in refused.value.errors]


@pytest.mark.parametrize(
    ("told", "kind", "stage"),
    [
        (Told(outcome="won", closed_at=MONDAY + days(3)), "pipeline.deal.won", "Qualification"),
        (Told(outcome="lost", closed_at=MONDAY + days(3)), "pipeline.deal.lost", "Qualification"),
        (Told(stage="Proposal"), "pipeline.deal.stage_changed", "Proposal"),
        (
            Told(outcome="won", closed_at=MONDAY + days(3), stage="Proposal"),
            "pipeline.deal.won",
            "Proposal",
        ),
        (Told(created_at=MONDAY - days(2)), "pipeline.deal.changed", "Qualification"),
    ],
)
def test_what_is_new_about_a_known_deal_is_told_as_what_it_is(told: Told, kind: str, stage: str) -> None:
    arrived = an_arrival()

    again = told_again(arrived.deal, arrived.history, B2B, told, {}, now=NOW)

    assert again.event is not None
    assert (again.event.type, again.event.stage, again.deal.version) == (kind, stage, 2)


def test_a_deal_lost_in_the_source_system_and_taken_up_again_is_reopened() -> None:
    lost = an_arrival(Told(created_at=MONDAY, outcome="lost", closed_at=MONDAY + days(2)), now=NOW)

    again = told_again(lost.deal, lost.history, B2B, Told(outcome="open", stage="Proposal"), {}, now=NOW)

    assert again.event is not None and again.event.type == "pipeline.deal.reopened"
    assert (again.deal.status, again.deal.stage, again.deal.closed_at) == ("open", PROPOSAL, None)


def test_another_closing_date_of_a_closed_deal_moves_the_end_of_its_history() -> None:
    won = an_arrival(Told(**CLOSED), now=NOW)

    again = told_again(won.deal, won.history, B2B, Told(closed_at=MONDAY + days(9)), {}, now=NOW)

    assert again.deal.closed_at == again.history[-1].left_at == MONDAY + days(9)


def test_a_known_deals_own_probability_survives_what_its_source_system_says() -> None:
    arrived = an_arrival()
    own, _ = arrived.deal.edit({"probability": Decimal("0.7")})

    again = told_again(own, arrived.history, B2B, Told(stage="Proposal"), {"name": "Acme"}, now=NOW)

    assert (again.deal.stage, again.deal.probability) == (PROPOSAL, Decimal("0.7"))
