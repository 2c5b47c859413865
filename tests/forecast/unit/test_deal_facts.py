"""How a deal event becomes facts, each from its own business time."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from services.forecast.deal_ledger.domain import Fact, facts_of
from shared.contracts.catalogue import read_event
from shared.contracts.envelope import Envelope
from tests.forecast.builders import at, deal_event, named, passage


def facts(envelope: Envelope) -> tuple[Fact, ...]:
    return facts_of(read_event(envelope), envelope)  # type: ignore[arg-type]  # a deal event


def spans(envelope: Envelope) -> list[tuple[str, str, datetime, datetime | None]]:
    return [
        (fact.standing.status, fact.standing.stage, fact.valid_from, fact.valid_to)
        for fact in facts(envelope)
    ]


def test_a_deal_opened_here_is_one_fact_from_its_creation() -> None:
    opened = deal_event("opened", time="2027-01-10", created_at=at("2027-01-10"))

    assert spans(opened) == [("open", "Qualification", at("2027-01-10"), None)]


def test_an_imported_open_deal_is_one_fact_for_each_stage_it_went_through() -> None:
    opened = deal_event(
        "opened",
        time="2026-10-01",
        created_at=at("2026-10-01"),
        stage="Proposal",
        probability="0.55",
        history=(
            passage("Qualification", "2026-10-01", probability="0.1"),
            passage("Needs", "2026-11-01", probability="0.25"),
            passage("Proposal", "2026-12-01", probability="0.5", category="best_case"),
        ),
    )

    assert spans(opened) == [
        ("open", "Qualification", at("2026-10-01"), at("2026-11-01")),
        ("open", "Needs", at("2026-11-01"), at("2026-12-01")),
        ("open", "Proposal", at("2026-12-01"), None),
    ]
    assert [str(fact.standing.probability) for fact in facts(opened)] == ["0.1", "0.25", "0.55"]


def test_an_imported_won_deal_was_open_until_its_closing_date() -> None:
    opened = deal_event(
        "opened",
        time="2026-10-20",
        status="won",
        stage="Won",
        created_at=at("2026-10-20"),
        closed_at=at("2027-03-01"),
        forecast_category="closed",
        history=(passage("Qualification", "2026-10-20", probability="0.1"),),
    )

    first, last = facts(opened)
    assert (first.standing.status, first.valid_from, first.valid_to) == (
        "open",
        at("2026-10-20"),
        at("2027-03-01"),
    )
    assert first.standing.closed_at is None
    assert (last.standing.status, last.valid_from, last.valid_to) == ("won", at("2027-03-01"), None)


def test_a_closed_deal_imported_without_history_was_open_with_unknown_chances() -> None:
    opened = deal_event(
        "opened",
        time="2026-10-20",
        status="lost",
        created_at=at("2026-10-20"),
        closed_at=at("2027-03-01"),
        forecast_category="closed",
        probability="0",
        loss_reason="price",
    )

    before, after = facts(opened)
    assert before.standing.probability is None
    assert before.standing.forecast_category == "pipeline"
    assert before.standing.loss_reason is None
    assert after.standing.loss_reason == "price"


def test_a_first_stage_entered_after_creation_counts_from_creation() -> None:
    opened = deal_event(
        "opened",
        time="2026-10-01",
        created_at=at("2026-10-01"),
        stage="Proposal",
        history=(
            passage("Qualification", "2026-10-05", probability="0.1"),
            passage("Proposal", "2026-12-01", probability="0.5"),
        ),
    )

    assert facts(opened)[0].valid_from == at("2026-10-01")


def test_a_history_without_the_present_stage_ends_when_that_stage_was_entered() -> None:
    opened = deal_event(
        "opened",
        time="2026-10-01",
        created_at=at("2026-10-01"),
        stage="Proposal",
        stage_entered_at=at("2026-12-01"),
        history=(passage("Qualification", "2026-10-01", probability="0.1"),),
    )

    assert [fact.valid_from for fact in facts(opened)] == [at("2026-10-01"), at("2026-12-01")]


def test_a_win_told_late_counts_from_its_closing_date() -> None:
    won = deal_event(
        "won", sequence=3, time="2027-02-20", status="won", closed_at=at("2027-02-03"), stage="Won"
    )

    assert [fact.valid_from for fact in facts(won)] == [at("2027-02-03")]


def test_a_corrected_closing_date_counts_from_the_corrected_date() -> None:
    corrected = deal_event(
        "changed",
        sequence=4,
        time="2027-02-20",
        status="won",
        closed_at=at("2027-01-31"),
        changed=("closed_at",),
    )

    assert facts(corrected)[0].valid_from == at("2027-01-31")


def test_another_change_of_a_closed_deal_counts_from_when_it_was_made() -> None:
    renamed = deal_event(
        "changed", sequence=4, time="2027-02-20", status="won", closed_at=at("2027-01-31"), changed=("name",)
    )

    assert facts(renamed)[0].valid_from == at("2027-02-20")


def test_a_fact_is_known_from_when_its_event_was_made_and_not_from_when_it_happened() -> None:
    opened = deal_event("opened", time="2019-01-01", created_at=at("2019-01-01"))

    assert facts(opened)[0].known_at.year >= 2026


def test_an_event_id_without_a_time_is_known_from_its_business_time() -> None:
    opened = deal_event("opened", time="2019-01-01").model_copy(update={"id": named("random")})

    assert facts(opened)[0].known_at == at("2019-01-01")


days = st.dates(min_value=at("2026-01-01").date(), max_value=at("2027-12-31").date()).map(
    lambda day: at(day.isoformat())
)


@given(entered=st.lists(days, max_size=5), created=days, closed=st.none() | days)
def test_however_wild_the_history_the_parts_leave_no_gap_and_no_overlap(
    entered: list[datetime], created: datetime, closed: datetime | None
) -> None:
    history = tuple(
        passage(f"stage {n}", instant.date().isoformat(), probability="0.5")
        for n, instant in enumerate(entered)
    )
    opened = deal_event(
        "opened",
        time="2027-01-01",
        created_at=created,
        status="open" if closed is None else "won",
        closed_at=closed,
        history=history,
        stage=f"stage {len(history) - 1}" if history else "stage 0",
    )

    told = facts(opened)
    first = min(fact.valid_from for fact in told)
    for instant in {fact.valid_from for fact in told}:
        holding = [
            fact
            for fact in told
            if fact.valid_from <= instant and (fact.valid_to is None or instant < fact.valid_to)
        ]
        assert len(holding) == 1
    assert told[-1].valid_to is None
    assert first <= min(created, told[-1].valid_from)
