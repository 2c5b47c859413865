"""A model answers for every lead, within 0 and 1, and its reasons add up to what it answers."""

import math
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.leads.score_model.domain import Model, model_of
from services.leads.score_model.question import INPUTS, Question
from services.leads.scoring.domain import Outcome, has_won, is_worse, missing
from services.leads.scoring.learning.learner import learn
from services.leads.scoring.use_cases.train_nightly import next_night
from tests.leads.builders import a_lead

START = datetime(2026, 1, 1, tzinfo=UTC)


def a_past_lead(**fields: Any) -> SimpleNamespace:
    empty = dict.fromkeys(INPUTS)
    return SimpleNamespace(**{**empty, "tags": (), "needs": (), "attributes": {}, **fields})


def outcomes(count: int = 700) -> list[Outcome]:
    """Every third lead comes by recommendation; these are won unless they are small."""
    found = []
    for number in range(count):
        recommended, seats = number % 3 == 0, (number * 37) % 100
        lead = a_past_lead(
            created_at=START + timedelta(hours=number),
            source="Referral" if recommended else "web",
            tags=("vip",) if number % 7 == 0 else (),
            attributes={"seats": seats, "plan": ["basic", "pro"][number % 2], "said": f"text {number}"},
        )
        found.append(Outcome(lead, (recommended and seats > 20) or number % 11 == 0))
    return found


@pytest.fixture(scope="module")
def model() -> Model:
    return model_of(3, learn(outcomes()))


VALUES = st.one_of(
    st.none(),
    st.text(max_size=500),
    st.integers(),
    st.booleans(),
    st.floats(allow_nan=True, allow_infinity=True),
    st.lists(st.text(max_size=5), max_size=3),
)


@given(
    source=st.one_of(st.none(), st.text(max_size=80), st.sampled_from(["referral", "WEB", "web "])),
    email=st.one_of(st.none(), st.text(max_size=60)),
    attributes=st.dictionaries(st.sampled_from(["seats", "plan", "said", "other"]), VALUES),
    tags=st.lists(st.sampled_from(["vip", "cold"]), max_size=2).map(tuple),
)
def test_every_lead_gets_a_probability_and_reasons_that_add_up_to_it(
    model: Model, source: str | None, email: str | None, attributes: dict[str, Any], tags: tuple[str, ...]
) -> None:
    lead = a_lead(source=source, email=email, attributes=attributes, tags=tags)

    probability = float(model.probability(lead))

    odds = model.average + sum(reason.log_odds for reason in model.contributions(lead))
    assert 0 < probability < 1
    assert 1 / (1 + math.exp(-odds)) == pytest.approx(probability, abs=0.0001)


def test_what_won_before_is_scored_above_what_lost(model: Model) -> None:
    good = a_lead(source="referral", attributes={"seats": 90})
    small = a_lead(source="referral", attributes={"seats": 5})
    bad = a_lead(source="web", attributes={"seats": 90})

    scores = [model.probability(lead) for lead in (good, small, bad)]

    assert scores[0] > 0.7
    assert scores[1] < 0.3 > scores[2]


def test_case_and_blanks_of_a_value_do_not_matter(model: Model) -> None:
    assert model.probability(a_lead(source=" REFERRAL ")) == model.probability(a_lead(source="referral"))


def test_a_reason_says_how_many_gave_this_answer_and_were_won(model: Model) -> None:
    reasons = model.contributions(a_lead(source="referral", attributes={"seats": 90}))

    (source,) = [reason for reason in reasons if reason.question == Question("source", "text")]
    recommended = [each for each in outcomes() if each.lead.source == "Referral"]  # type: ignore[attr-defined]
    assert (source.leads, source.won) == (len(recommended), sum(each.won for each in recommended))


def test_a_number_written_as_text_is_a_number(model: Model) -> None:
    as_text = a_lead(source="referral", attributes={"seats": "90"})

    assert model.probability(as_text) == model.probability(
        a_lead(source="referral", attributes={"seats": 90})
    )


def test_every_text_of_its_own_is_no_category(model: Model) -> None:
    assert not [each for each in model.inputs if each.question == Question("attributes.said", "text")]


@pytest.mark.parametrize(
    ("status", "elsewhere", "deals", "won"),
    [
        ("disqualified", False, (), False),
        ("converted", True, (), True),
        ("converted", False, (), None),
        ("converted", False, ("open",), None),
        ("converted", False, ("lost", "open"), None),
        ("converted", False, ("won", "open"), True),
        ("converted", False, ("lost",), False),
    ],
)
def test_a_lead_is_won_by_its_deal_or_elsewhere(
    status: str, elsewhere: bool, deals: tuple[str, ...], won: bool | None
) -> None:
    assert has_won(status, elsewhere=elsewhere, deals=deals) is won


def test_what_is_missing_is_said_for_each_kind() -> None:
    assert missing(40, 40) is None
    assert "3 more lost leads" in str(missing(50, 37))


def test_a_new_model_is_worse_only_by_its_brier_score_on_unseen_leads() -> None:
    assert not is_worse(None)
    assert is_worse({"new": {"brier": 0.2}, "in_service": {"brier": 0.1}})
    assert not is_worse({"new": {"brier": 0.1}, "in_service": {"brier": 0.1}})


def test_the_next_night_is_two_oclock_by_the_local_clock() -> None:
    evening = datetime(2027, 3, 27, 22, tzinfo=UTC)

    assert next_night(evening, "UTC") == datetime(2027, 3, 28, 2, tzinfo=UTC)
    assert next_night(evening, "America/New_York") == datetime(2027, 3, 28, 6, tzinfo=UTC)


def test_grades_follow_the_cuts() -> None:
    model = Model(version=1, base=0.0, slope=1.0, shift=0.0, cuts=(0.75, 0.5, 0.25), inputs=())

    grades = [model.grade(Decimal(each)) for each in ("0.75", "0.74", "0.5", "0.25", "0.24")]

    assert grades == ["A", "B", "B", "C", "D"]
