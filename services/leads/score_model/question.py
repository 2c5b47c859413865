"""What scoring may ask of a lead: only what is known when it comes in, never what a rep finds out later.

Not asked: owner, status, category, notes, and everything this service itself decides about a lead.
"""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from shared.contracts.money import Money

Answer = str | float | None
"""A category, a number, or None: not known."""

FREE_MAIL = frozenset(
    (
        *("aol.com", "gmail.com", "gmx.at", "gmx.ch", "gmx.com", "gmx.de", "gmx.net", "googlemail.com"),
        *(
            "hotmail.com",
            "hotmail.co.uk",
            "icloud.com",
            "live.com",
            "mail.com",
            "mail.ru",
            "me.com",
            "msn.com",
        ),
        *("outlook.com", "proton.me", "protonmail.com", "qq.com", "rediffmail.com", "t-online.de", "web.de"),
        *("yahoo.co.in", "yahoo.co.uk", "yahoo.com", "yahoo.fr", "yandex.ru", "ymail.com", "zoho.com"),
    )
)
"""Domains where anybody gets an address: they say nothing about a company."""
_LONGEST = 80
_DAY_PARTS = ("night", "morning", "afternoon", "evening")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


INPUTS = (
    *("name", "company", "job_title", "email", "phone", "country", "region", "city", "industry", "employees"),
    *("website", "language", "origin", "source", "medium", "referrer", "landing_page", "channel", "campaign"),
    *("product_interest", "partner_id", "tags", "needs", "attributes", "created_at", "expected_value"),
)
"""The fields of a lead that questions are about. Changing another one never changes a score."""


class Known(Protocol):
    """A lead, as far as questions go."""

    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str | None: ...
    @property
    def website(self) -> str | None: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def expected_value(self) -> Money | None: ...
    @property
    def tags(self) -> Collection[str]: ...
    @property
    def needs(self) -> Collection[str]: ...
    @property
    def partner_id(self) -> UUID | None: ...
    @property
    def attributes(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Question:
    """One thing asked of every lead: the `view` of the field or attribute `of`.

    Free-form attributes are named `attributes.<name>`; `argument` is the word a `has` looks for.
    """

    of: str
    view: str
    argument: str | None = None

    @property
    def name(self) -> str:
        """`source`, `email:free_mail`, `tags:has:vip`; a view of a value as it is goes without saying."""
        if self.view in ("text", "number"):
            return self.of
        return ":".join(part for part in (self.of, self.view, self.argument) if part is not None)

    @property
    def label(self) -> str:
        """The same for people."""
        of = self.of.removeprefix("attributes.").replace("_", " ")
        return of if self.view in ("text", "number") else _LABELS[self.view].format(of, self.argument)

    def ask(self, lead: Known) -> Answer:
        """What this lead answers. Never fails, whatever the lead's values are."""
        return VIEWS[self.view](value_of(lead, self.of), self.argument, lead)


def value_of(lead: Known, name: str) -> Any:
    """The field or attribute as it is; None when it is not there."""
    if name.startswith("attributes."):
        return lead.attributes.get(name[11:])
    return getattr(lead, name, None)


def as_text(value: Any) -> str | None:
    """A category: case and outer blanks do not count, booleans are yes and no, nothing is None."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value).strip().casefold()[:_LONGEST]
    return text or None


def as_number(value: Any) -> float | None:
    """A number, also one written as text; None for anything else."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def words_of(value: Any) -> list[str]:
    """The words of a text, or the members of a list of texts, in small letters."""
    if isinstance(value, str):
        letters = "".join(each if each.isalnum() else " " for each in value)
        return letters.casefold().split()
    return [str(each).strip().casefold() for each in value or ()]


def domain_of(value: Any) -> str | None:
    """The domain of an e-mail address or a web address."""
    if not isinstance(value, str) or "." not in value:
        return None
    host = value.rsplit("@", 1)[-1].split("://", 1)[-1].split("/", 1)[0].split(":", 1)[0]
    return host.casefold().removeprefix("www.") or None


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"


def _own_domain(value: Any, _: str | None, lead: Known) -> Answer:
    mail, site = domain_of(value), domain_of(lead.website)
    return None if mail is None or site is None else _yes(mail == site or mail.endswith(f".{site}"))


def _free_mail(value: Any, _: str | None, __: Known) -> Answer:
    domain = domain_of(value)
    return None if domain is None else _yes(domain in FREE_MAIL)


VIEWS: Mapping[str, Callable[[Any, str | None, Known], Answer]] = {
    "text": lambda value, _, __: as_text(value),
    "number": lambda value, _, __: as_number(value),
    "amount": lambda value, _, __: None if value is None else float(value.amount),
    "present": lambda value, _, __: _yes(value not in (None, "")),
    "count": lambda value, _, __: float(len(value or ())),
    "length": lambda value, _, __: None if value is None else float(len(str(value))),
    "words": lambda value, _, __: None if value is None else float(len(words_of(str(value)))),
    "digits": lambda value, _, __: None if value is None else _yes(any(map(str.isdigit, str(value)))),
    "domain": lambda value, _, __: domain_of(value),
    "has": lambda value, argument, __: _yes(argument in words_of(value)),
    "free_mail": _free_mail,
    "own_domain": _own_domain,
    "weekday": lambda value, _, __: _DAYS[value.weekday()],
    "day_part": lambda value, _, __: _DAY_PARTS[value.hour // 6],
}
_LABELS = {
    "amount": "{0}",
    "present": "{0} given",
    "count": "number of {0}",
    "length": "length of {0}",
    "words": "words in {0}",
    "digits": "digits in {0}",
    "domain": "domain of {0}",
    "has": "{0} with {1}",
    "free_mail": "free-mail address",
    "own_domain": "e-mail of the website's domain",
    "weekday": "weekday it came in",
    "day_part": "part of the day it came in (UTC)",
}
