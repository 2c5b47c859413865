"""Addresses, numbers and names in one standard form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.leads.person.domain import (
    Unreadable,
    full_name,
    name_key,
    standard_country,
    standard_email,
    standard_phone,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" Ann.Lee@EXAMPLE.com ", "Ann.Lee@example.com"),
        ("a@b.test", "a@b.test"),
        ("ann@Müller.de", "ann@müller.de"),
    ],
)
def test_an_address_keeps_its_person_and_lowers_its_domain(text: str, expected: str) -> None:
    assert standard_email(text) == expected


@pytest.mark.parametrize(
    "text", ["ann", "ann@", "@b.de", "a b@c.de", "a@localhost", "a@b..de", "a@b.de, c@d.de"]
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        standard_email(text)

    assert refusal.value.at("/email").code == "email_invalid"


@pytest.mark.parametrize(
    ("text", "country", "expected"),
    [
        ("+49 171 1234567", None, "+491711234567"),
        ("0171/1234567", "DE", "+491711234567"),
        ("(555) 123-4567", "US", "+15551234567"),
        ("+1 555 123 4567", "DE", "+15551234567"),
    ],
)
def test_a_number_is_read_by_its_country(text: str, country: str | None, expected: str) -> None:
    assert standard_phone(text, country) == expected


@pytest.mark.parametrize(
    ("text", "country"), [("abc", "DE"), ("0171 1234567", None), ("0171 1234567", "Germany"), ("+49", None)]
)
def test_what_is_no_number_is_refused(text: str, country: str | None) -> None:
    with pytest.raises(Unreadable) as refusal:
        standard_phone(text, country)

    assert refusal.value.code == "phone_invalid"


@given(st.text(max_size=60), st.sampled_from([None, "DE", "US", "XX"]))
def test_any_text_is_a_number_or_refused_and_a_standard_one_stays(text: str, country: str | None) -> None:
    try:
        number = standard_phone(text, country)
    except Unreadable:
        return

    assert standard_phone(number, None) == number


def test_spellings_of_one_company_have_one_key() -> None:
    assert name_key("  Initech  GmbH ") == name_key("INITECH gmbh") == name_key("\uff29nitech GmbH")
    assert name_key("Initech") != name_key("Initrode")


def test_a_country_is_a_code_or_a_name() -> None:
    assert (standard_country("de"), standard_country("Germany")) == ("DE", "Germany")


def test_a_full_name_is_made_of_what_there_is() -> None:
    assert (full_name("Ann", None), full_name(None, None)) == ("Ann", None)
