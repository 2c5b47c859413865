"""One standard form for e-mail addresses, telephone numbers and names, or a refusal that says why."""

import unicodedata
from collections.abc import Collection, Mapping
from typing import Literal

import phonenumbers
from email_validator import EmailNotValidError, validate_email

from shared.contracts.errors import FieldError


class Unreadable(ValueError):
    """This is no address or number. `code` is stable; `detail` is for the person who typed it."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail

    def at(self, pointer: str) -> FieldError:
        """The same as a field error."""
        return FieldError(pointer, self.code, self.detail)


def standard_email(text: str) -> str:
    """The address with its domain in lower case. No name server is asked. Raises Unreadable."""
    try:
        found = validate_email(text.strip(), check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise Unreadable("email_invalid", str(error)) from None
    return found.normalized


def standard_phone(text: str, country: str | None) -> str:
    """The number as E.164. A national number needs `country` as a two-letter code. Raises Unreadable.

    Only length and form are checked: numbering plans change faster than any list of them.
    """
    region = country if country in phonenumbers.SUPPORTED_REGIONS else None
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise Unreadable("phone_invalid", _phone_advice(error, region)) from None
    if not phonenumbers.is_possible_number(number):
        raise Unreadable("phone_invalid", "The number is too long or too short.")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _phone_advice(error: phonenumbers.NumberParseException, region: str | None) -> str:
    if error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE and region is None:
        return "Start the number with + and the country code, or give `country` as a two-letter code."
    return "This is not a telephone number."


def standard_country(text: str) -> str:
    """A two-letter code in upper case; anything longer as it was given."""
    return text.upper() if len(text) == 2 else text


def name_key(text: str) -> str:
    """What two spellings of one company name have in common: case, width and blanks do not count."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def full_name(first_name: str | None, last_name: str | None) -> str | None:
    """`Ann Lee` from its parts; None when there are none."""
    return " ".join(part for part in (first_name, last_name) if part) or None


Way = Literal["phone", "email", "meeting", "web", "social"]
WAYS: tuple[Way, ...] = ("phone", "email", "meeting", "web", "social")
_SHUT_BY: Mapping[Way, str] = {"phone": "phone", "email": "email", "social": "messenger"}


def ways_to_reach(
    preferred: Way | None, *, phone: str | None, email: str | None, do_not_contact: Collection[str]
) -> list[Way]:
    """By which ways somebody can be spoken to, the preferred one first: not those that were shut, nor phone
    or mail without a number or address."""
    lacking = {name for name, known in (("phone", phone), ("email", email)) if not known}
    open_ways = [way for way in WAYS if way not in lacking and _SHUT_BY.get(way) not in do_not_contact]
    return sorted(open_ways, key=lambda way: way != preferred)
