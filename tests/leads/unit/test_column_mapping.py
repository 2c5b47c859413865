"""Columns find their fields, and texts become the values people meant."""

from collections.abc import Mapping
from datetime import UTC
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.leads.column_mapping import domain
from services.leads.column_mapping.conversion import Column, Conversion
from services.leads.column_mapping.domain import Unconvertible
from services.leads.column_mapping.schemas import ColumnRule
from services.leads.column_mapping.shapes import shapes_of
from services.leads.column_mapping.suggestion import suggest
from services.leads.lead.schemas import LeadCreate

LEAD = shapes_of(LeadCreate)
BERLIN = ZoneInfo("Europe/Berlin")


def guessed(*headers: str, samples: Mapping[str, list[str]] | None = None) -> dict[str, str | None]:
    return suggest({header: (samples or {}).get(header, []) for header in headers}, LEAD.keys(), {})


def converted(
    cells: Mapping[str, Any], rules: Mapping[str, Any], **conversion: Any
) -> tuple[dict[str, Any], list[tuple[str | None, str]]]:
    """The body and (column, code) of each error."""
    columns = [
        Column(position, name, str(rule.field), LEAD.get(str(rule.field), "attribute"), rule)
        for position, (name, rule) in enumerate(
            (name, ColumnRule.model_validate(rule if isinstance(rule, dict) else {"field": rule}))
            for name, rule in rules.items()
        )
    ]
    made = Conversion(
        columns=columns,
        zone=BERLIN,
        by_target={column.target: column for column in columns},
        **{"fixed": {}, **conversion},
    )
    body, errors = made.body([cells.get(name) for name in rules])
    return body, [(error.column, error.code) for error in errors]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("E-Mail", "email"),
        ("e_mail address", "email"),
        ("Telefon", "phone"),
        ("Phone Number", "phone"),
        ("Company Name", "company"),
        ("FIRMA", "company"),
        ("Straße", None),
        ("PLZ", "postal_code"),
        ("First Name", "first_name"),
        ("Nachname", "last_name"),
        ("Lead Source", "source"),
        ("Ansprechpartner", "full_name"),
        ("Aktivität", None),
    ],
)
def test_a_header_finds_its_field_in_english_and_german(header: str, field: str | None) -> None:
    assert guessed(header) == {header: field}


def test_a_field_is_suggested_for_one_column_only() -> None:
    assert guessed("Email", "E-Mail") == {"Email": "email", "E-Mail": None}


def test_a_column_without_a_telling_name_is_known_by_its_values() -> None:
    samples = {"c1": ["ann@example.com", "bob@example.com"], "c2": ["+49 30 901820"], "c3": ["https://a.b"]}

    assert guessed("c1", "c2", "c3", samples=samples) == {"c1": "email", "c2": "phone", "c3": "website"}


@pytest.mark.parametrize(
    ("text", "comma", "value"),
    [
        ("1.234,50", True, "1234.50"),
        ("1,234.50", False, "1234.50"),
        ("12,5", True, "12.5"),
        ("12.5", True, "12.5"),
        ("12,5", False, "12.5"),
        ("1.234", True, "1234"),
        ("1,234", False, "1234"),
        ("1 234", False, "1234"),
        ("1'234.5", False, "1234.5"),
        ("-3", False, "-3"),
    ],
)
def test_numbers_are_read_as_they_are_written(text: str, comma: bool, value: str) -> None:
    assert domain.number(text, decimal_comma=comma) == Decimal(value)


@pytest.mark.parametrize("text", ["", "abc", "1.2.3,4,5", "NaN", "Infinity", "12 Stück"])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(Unconvertible):
        domain.number(text, decimal_comma=False)


@given(st.decimals(-(10**12), 10**12, places=2), st.booleans())
def test_a_number_written_with_groups_is_read_back(value: Decimal, comma: bool) -> None:
    written = f"{value:,.2f}"
    if comma:
        written = written.translate(str.maketrans(",.", ".,"))

    assert domain.number(written, decimal_comma=comma) == value


@pytest.mark.parametrize(
    ("text", "date_format", "iso"),
    [
        ("2027-03-01T10:00:00Z", None, "2027-03-01T10:00:00+00:00"),
        ("2027-03-01", None, "2027-03-01T00:00:00+01:00"),
        ("01.03.2027 14:30", None, "2027-03-01T14:30:00+01:00"),
        ("07/01/2027", "%m/%d/%Y", "2027-07-01T00:00:00+02:00"),
    ],
)
def test_a_date_is_read_in_the_organisations_time(text: str, date_format: str | None, iso: str) -> None:
    assert domain.instant(text, BERLIN, date_format=date_format) == iso


@pytest.mark.parametrize("cell", ["03/04/2027", "soon", 45000, True])
def test_a_date_that_can_be_taken_for_another_is_refused(cell: Any) -> None:
    with pytest.raises(Unconvertible):
        domain.instant(cell, UTC, date_format=None)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Ann Lee", {"first_name": "Ann", "last_name": "Lee"}),
        ("Lee, Ann", {"first_name": "Ann", "last_name": "Lee"}),
        ("Ann van  der Lee", {"first_name": "Ann", "last_name": "van der Lee"}),
        ("Lee", {"last_name": "Lee"}),
    ],
)
def test_a_full_name_is_split(text: str, parts: dict[str, str]) -> None:
    assert domain.split_name(text) == parts


def test_an_amounts_currency_comes_from_cell_column_or_option() -> None:
    rules = {"v": "expected_value", "c": "expected_value.currency"}

    assert converted({"v": "€ 1,000"}, rules)[0] == {"expected_value": {"amount": "1000", "currency": "EUR"}}
    assert converted({"v": 5, "c": "USD"}, rules)[0]["expected_value"]["currency"] == "USD"
    assert converted({"v": "5"}, rules, currency="CHF")[0]["expected_value"]["currency"] == "CHF"
    assert converted({"v": "5"}, rules)[1] == [("v", "currency_required")]


def test_values_are_looked_up_then_put_into_case() -> None:
    rule = {"field": "category", "values": {"Hot": "A", "cold": "C"}, "case": "lower", "default": "none"}

    assert [converted({"c": text}, {"c": rule})[0]["category"] for text in ("HOT", "Cold", "Warm", " ")] == [
        "a",
        "c",
        "warm",
        "none",
    ]


def test_an_empty_cell_says_nothing() -> None:
    assert converted({"a": "  ", "b": None}, {"a": "company", "b": "email"})[0] == {}


def test_attributes_keep_numbers_as_numbers_and_codes_as_texts() -> None:
    cells = {"a": "12", "b": "0049", "c": "1.5", "d": "No", "e": "ja", "f": "1,5"}
    rules: dict[str, Any] = {name: f"attributes.{name}" for name in "abcd"}
    rules["e"] = {"field": "attributes.e", "type": "boolean"}
    rules["f"] = {"field": "attributes.f", "type": "number", "decimal_comma": True}

    body, errors = converted(cells, rules)

    assert body["attributes"] == {"a": 12, "b": "0049", "c": 1.5, "d": "No", "e": True, "f": 1.5}
    assert errors == []


def test_lists_and_constants_come_together() -> None:
    body, _ = converted({"t": "a; b,c"}, {"t": "tags"}, fixed={"tags": ["fair"], "source": "fair"})

    assert body == {"tags": ["a", "b", "c", "fair"], "source": "fair"}


def test_every_wrong_cell_is_named() -> None:
    _, errors = converted({"a": "many", "b": "soon"}, {"a": "employees", "b": "created_at"})

    assert errors == [("a", "not_a_number"), ("b", "not_a_date")]


def test_an_apostrophe_before_what_looks_like_a_formula_is_dropped() -> None:
    assert converted({"p": "'+49 30 901820"}, {"p": "phone"})[0] == {"phone": "+49 30 901820"}
