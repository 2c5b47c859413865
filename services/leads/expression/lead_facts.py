"""A lead as the facts that expressions ask for."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from operator import attrgetter
from typing import Any
from uuid import UUID

import phonenumbers

from services.leads.expression.domain import Facts, facts_of
from services.leads.expression.variables import FIELDS
from services.leads.lead.domain import Lead

_DERIVED = frozenset(
    (
        *("email_domain", "phone_country", "expected_amount", "expected_currency"),
        *("is_owned", "is_duplicate", "age_hours"),
    )
)
_COPIED = tuple(sorted(FIELDS - _DERIVED))
_copied = attrgetter(*_COPIED)
_AS_IT_IS = frozenset((str, int, bool, datetime))


def lead_facts(lead: Lead, now: datetime) -> Facts:
    """Everything `GET /v1/expressions/variables` lists that this lead has; what is unset is left out."""
    values = [*zip(_COPIED, _copied(lead), strict=True), *_derived(lead, now).items()]
    known = {
        name: value if type(value) in _AS_IT_IS else _plain(value)
        for name, value in values
        if value is not None
    }
    return facts_of({"lead": known, "now": now})


def _derived(lead: Lead, now: datetime) -> dict[str, Any]:
    value = lead.expected_value
    return {
        "email_domain": lead.email.rpartition("@")[2].lower() if lead.email else None,
        "phone_country": _country_of(lead.phone),
        "expected_amount": float(value.amount) if value else None,
        "expected_currency": value.currency if value else None,
        "is_owned": lead.owner_id is not None,
        "is_duplicate": lead.duplicate_of is not None,
        "age_hours": (now - lead.created_at).total_seconds() / 3600,
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value


@lru_cache(maxsize=4096)
def _country_of(phone: str | None) -> str | None:
    if phone is None:
        return None
    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(phone, None))
    except phonenumbers.NumberParseException:
        return None
