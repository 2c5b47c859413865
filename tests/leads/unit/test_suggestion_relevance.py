"""What decisions say about suggestions."""

import math

from hypothesis import given
from hypothesis import strategies as st

from services.leads.suggestion.relevance import Decision, features_of, learn, measure

WORDS = st.lists(st.sampled_from(["buy", "joke", "crm", "cat", "help"]), max_size=5).map(tuple)
DECISIONS = st.lists(st.builds(Decision, WORDS, st.booleans()), max_size=80)


def test_features_are_distinct_words_without_links_and_who_said_it() -> None:
    found = features_of(
        "CRM! crm at https://crm.example/x 24", author=" Ann ", network="Forum", mentioned="company"
    )

    assert found == ("word:crm", "author:ann@forum", "network:forum", "about:company")


@given(DECISIONS, WORDS)
def test_a_relevance_is_what_its_reasons_add_up_to(decisions: list[Decision], words: tuple[str, ...]) -> None:
    learned = learn(decisions)

    relevance = learned.relevance(words)

    if not learned.knows_enough:
        assert relevance is None
    else:
        total = learned.prior + sum(each.log_odds for each in learned.weigh(words))
        assert relevance is not None
        assert math.isclose(float(relevance), min(max(1 / (1 + math.exp(-total)), 0.01), 0.99), abs_tol=1e-4)


@given(DECISIONS)
def test_the_order_of_decisions_changes_nothing_that_was_learned(decisions: list[Decision]) -> None:
    assert learn(decisions) == learn(reversed(decisions))


def test_a_filter_is_measured_on_decisions_it_has_not_seen() -> None:
    decisions = [Decision(("buy",) if number % 2 else ("joke",), bool(number % 2)) for number in range(60)]

    measured = measure(decisions)

    assert measured is not None
    assert (measured.decisions, measured.auc) == (18, 1.0)
    assert measure(decisions[:20]) is None
