"""What two spellings have in common, and when two records are one."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.leads.matching.domain import Criterion, Kind, Likeness, MatchingError, Rule, best_match
from services.leads.matching.normal_forms import (
    company_form,
    domain_of_email,
    domain_of_website,
    folded,
    person_form,
)
from tests.leads.integration.world import NOW, named


def known(which: str, kind: Kind = "lead", **values: object) -> Likeness:
    return Likeness(kind=kind, record_id=named(which), **values)  # type: ignore[arg-type]


def rule(*criteria: Criterion, threshold: int = 80) -> Rule:
    return Rule(UUID(int=1), "a rule", ("lead-lead", "lead-contact"), criteria, threshold, NOW, NOW)


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Müller & Söhne GmbH & Co. KG", "muller sohne"),
        ("ACME, Inc.", "acme"),
        ("Télécom S.A.", "telecom"),
        ("AB Volvo", "volvo"),
        ("Mærsk A/S", "maersk"),
        ("Nokia Oyj", "nokia"),
        ("GmbH", "gmbh"),
        ("  ", None),
        (None, None),
    ],
)
def test_a_company_is_known_without_its_legal_form(text: str | None, form: str | None) -> None:
    assert company_form(text) == form


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Dr. Lee, Ann", "ann lee"),
        ("Ann Lee", "ann lee"),
        ("Ludwig van der Rohe", "ludwig rohe"),
        ("Søren Ångström", "angstrom soren"),
        ("von", "von"),
    ],
)
def test_a_person_is_known_without_title_and_particles_in_any_order(text: str, form: str) -> None:
    assert person_form(text) == form


@given(st.text(max_size=40))
def test_a_normal_form_of_a_normal_form_is_itself(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert person_form(person_form(text)) == person_form(text)


def test_addresses_where_anybody_gets_one_say_nothing_of_the_company() -> None:
    assert domain_of_email("ann@gmail.com") is None
    assert domain_of_email("ann@Acme.example") == "acme.example"
    assert domain_of_website("https://www.acme.example/about") == "acme.example"
    assert domain_of_website("http://[") is None


def test_the_score_is_the_weighted_share_with_its_reasons() -> None:
    found = rule(Criterion("name", "fuzzy", 60), Criterion("company", "normalised", 40)).match(
        known("a", name="ann lee", company="acme"), known("b", name="ann leer", company="acme")
    )

    assert found is not None
    assert found.score == 96
    assert [(each.field, each.similarity, each.points) for each in found.reasons] == [
        ("name", 0.9333, 56.0),
        ("company", 1.0, 40.0),
    ]


def test_a_missing_value_is_a_mismatch_or_ignored_as_the_rule_says() -> None:
    one, other = known("a", phone="+49301", name="ann lee"), known("b", phone="+49301")
    phone = Criterion("phone", "exact", 60)

    assert rule(phone, Criterion("name", "fuzzy", 40)).match(one, other) is None
    ignoring = rule(phone, Criterion("name", "fuzzy", 40, blank="ignore")).match(one, other)
    assert ignoring is not None
    assert ignoring.score == 100


def test_the_rule_that_says_most_decides() -> None:
    sure, vague = rule(Criterion("email", "exact")), rule(Criterion("name", "fuzzy"))
    one, other = (
        known("a", email="a@x.example", name="ann lee"),
        known("b", email="a@x.example", name="ann leer"),
    )

    found = best_match([vague, sure], one, other)

    assert found is not None
    assert found.score == 100


def test_rules_hold_only_for_the_kinds_they_name() -> None:
    one = known("a", email="a@x.example")

    assert best_match([rule(Criterion("email", "exact"))], one, known("b", "contact", email="a@x.example"))
    assert not best_match(
        [rule(Criterion("email", "exact"))], one, known("b", "account", email="a@x.example")
    )


@pytest.mark.parametrize(
    ("criteria", "code"),
    [
        ((Criterion("email", "fuzzy"),), "comparison_unfit"),
        ((Criterion("name", "exact"),), "comparison_unfit"),
        ((Criterion("city", "fuzzy"),), "not_decisive"),
        ((Criterion("email", "exact", blank="ignore"),), "not_decisive"),
        ((Criterion("name", "fuzzy"), Criterion("name", "normalised")), "field_twice"),
        ((Criterion("name", "fuzzy", 10), Criterion("country", "exact", 90)), "not_decisive"),
    ],
)
def test_a_rule_that_no_index_can_answer_is_refused(criteria: tuple[Criterion, ...], code: str) -> None:
    with pytest.raises(MatchingError) as refusal:
        rule(*criteria, threshold=60).check()

    assert refusal.value.errors[0].code == code
