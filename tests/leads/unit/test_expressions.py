"""Expressions are refused with their place when they are written, and never raise when they are run."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.leads.expression.domain import Failure, compile_expression, evaluate, holds, number_of
from services.leads.expression.lead_facts import lead_facts
from services.leads.expression.variables import DOCUMENTED, FIELDS
from services.leads.lead.domain import Lead
from shared.contracts.errors import DomainError
from shared.contracts.money import Money
from shared.expression.vocabulary import FUNCTIONS
from tests.leads.builders import NOW, a_lead


def full_lead() -> Lead:
    return a_lead(
        company="Acme",
        email="ann@ACME.example",
        phone="+46812345678",
        country="SE",
        employees=120,
        expected_value=Money(amount=Decimal("5000"), currency="EUR"),
        tags=("vip",),
        attributes={"Total visits": 7, "plan": "pro"},
        score=Decimal("0.4"),
        owner_id=UUID(int=1),
    )


def result_of(text: str, lead: Lead | None = None) -> object:
    return evaluate(compile_expression(text), lead_facts(lead or full_lead(), NOW + timedelta(hours=2)))


@pytest.mark.parametrize(
    "text",
    [
        "lead.country == 'SE' && lead.employees > 100",
        "lead.email_domain == 'acme.example' && lead.phone_country == 'SE'",
        "lead.expected_amount >= 5000 && lead.expected_currency == 'EUR'",
        "'vip' in lead.tags && size(lead.needs) == 0",
        "lead.attributes['Total visits'] > 5 && lead.attributes.plan == 'pro'",
        "lead.tags.exists(tag, tag.startsWith('v'))",
        "lead.score < 0.5 && lead.is_owned && !lead.is_duplicate",
        "lead.age_hours == 2.0 && now - lead.created_at < duration('3h')",
        "has(lead.company) && !has(lead.industry)",
        "lead.company.matches('(?i)^acme') // no matter how it is written",
    ],
)
def test_a_condition_over_a_lead_holds(text: str) -> None:
    assert result_of(text) is True


@pytest.mark.parametrize("text", ["lead.industry == 'retail'", "!(lead.industry == 'retail')"])
def test_a_condition_that_needs_what_is_unset_is_unknown_and_does_not_hold(text: str) -> None:
    expression, facts = compile_expression(text), lead_facts(full_lead(), NOW)

    assert isinstance(result := evaluate(expression, facts), Failure)
    assert (result.code, result.is_fault) == ("unset", False)
    assert holds(expression, facts) is False


def test_what_is_unknown_does_not_matter_where_the_rest_decides() -> None:
    assert result_of("lead.industry == 'retail' || lead.country == 'SE'") is True
    assert result_of("lead.industry == 'retail' && lead.country == 'DE'") is False


@pytest.mark.parametrize(
    ("text", "line", "column", "says"),
    [
        ("lead.country == 'DE' &&", 1, 24, "mismatched input"),
        ("lead.country = 'DE'", 1, 14, "'= '"),
        ("true &&\nlead.country ==== 'DE'", 2, 16, ""),
        ("lead.countri == 'DE'", 1, 6, "A lead has no `countri`"),
        ("true ||\n  lead.foo", 2, 8, "A lead has no `foo`"),
        ("country == 'DE'", 1, 1, "`country` is unknown; there are lead, now"),
        ("lead.country.lower() == 'de'", 1, 14, "no function `lower`"),
        ("lead['country'] == 'DE'", 1, 1, "lead.<field>"),
        ("lead.country > 3", 1, 1, "text and numbers do not mix"),
        ("lead.employees.startsWith('1')", 1, 1, "'startsWith' does not fit"),
        ("lead.company.matches('(')", 1, 1, "regular expression"),
        ("lead.tags.all(t, lead.needs.exists(n, n == t))", 1, 35, "cannot be put into each other"),
        ("(" * 13 + "true" + ")" * 13, 1, 13, "more than 12 deep"),
        ("'" + "x" * 1000 + "'", 1, 1001, "at most 1000"),
        ("  ", 1, 1, "empty"),
        ("'open", 1, 1, ""),
    ],
)
def test_a_faulty_expression_is_refused_with_its_place(text: str, line: int, column: int, says: str) -> None:
    with pytest.raises(DomainError) as refusal:
        compile_expression(text, pointer="/condition")

    assert refusal.value.code == "expression_invalid"
    assert (refusal.value.extra["line"], refusal.value.extra["column"]) == (line, column)
    (error,) = refusal.value.errors
    assert error.pointer == "/condition"
    assert says in error.detail


def test_names_inside_of_texts_and_of_macros_are_not_names_of_fields() -> None:
    assert result_of("lead.company != 'lead.foo (((((((((((((' && lead.tags.all(t, t != 'now.x')") is True


def test_a_condition_that_answers_a_number_is_refused_and_the_other_way_round() -> None:
    with pytest.raises(DomainError, match="a condition is wanted"):
        compile_expression("lead.employees", wanted="condition")
    with pytest.raises(DomainError, match="a number is wanted"):
        compile_expression("lead.employees > 1", wanted="number")


def test_a_number_is_computed() -> None:
    facts = lead_facts(full_lead(), NOW)

    assert number_of(compile_expression("lead.employees * 2", wanted="number"), facts) == 240.0
    assert number_of(compile_expression("lead.score + 0.1", wanted="number"), facts) == pytest.approx(0.5)


def test_a_fault_at_run_time_is_told_and_not_raised() -> None:
    expression = compile_expression("lead.attributes.plan > 3")

    result = holds(expression, lead_facts(full_lead(), NOW))

    assert isinstance(result, Failure)
    assert (result.code, result.is_fault) == ("wrong_type", True)


def test_what_a_lead_tells_is_just_what_is_documented() -> None:
    told = lead_facts(full_lead(), NOW).values["lead"]

    assert told.keys() <= FIELDS
    for variable in DOCUMENTED:
        compile_expression(f"{variable.name} == {variable.name}", wanted="condition")


_PIECES = st.sampled_from(
    [
        *(variable.name for variable in DOCUMENTED),
        *(f"{name}(" for name in sorted(FUNCTIONS)),
        *(f".{name}(" for name in sorted(FUNCTIONS)),
        *(
            "&&",
            "||",
            "!",
            "==",
            "<",
            ">",
            "in",
            "+",
            "-",
            "*",
            "/",
            "%",
            "?",
            ":",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
        ),
        *(
            ",",
            ".",
            "'a'",
            '"',
            "'",
            "1",
            "2.5",
            "x",
            "true",
            "null",
            "[1]",
            "\n",
            "//",
            "\\",
            "r'('",
            "b'x'",
            "é",
        ),
        "9223372036854775807",
    ]
)


@settings(max_examples=600, deadline=None)
@given(st.one_of(st.text(max_size=60), st.lists(_PIECES, max_size=14).map(" ".join)))
def test_whatever_is_written_is_refused_properly_or_runs_without_raising(text: str) -> None:
    try:
        expression = compile_expression(text)
    except DomainError as refusal:
        assert refusal.code == "expression_invalid"
        assert 0 <= int(str(refusal.extra["position"])) <= len(text)
    else:
        evaluate(expression, lead_facts(full_lead(), NOW))
        holds(expression, lead_facts(a_lead(), NOW))
