"""A deal as the facts that expressions ask for."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from services.pipeline.gate.domain import Applicant
from services.pipeline.gate.variables import VOCABULARY
from shared.contracts.money import Money
from shared.expression.language import Facts, facts_of

_SECONDS_A_DAY = 86400


def deal_facts(applicant: Applicant) -> Facts:
    """Everything the vocabulary lists that this deal has; what is unset is left out."""
    values = {**applicant.deal, **_derived(applicant)}
    known = {name: _plain(values.get(name)) for name in VOCABULARY.fields}
    shown = {name: value for name, value in known.items() if value is not None}
    return facts_of({VOCABULARY.subject: shown, "now": applicant.now})


def _derived(applicant: Applicant) -> dict[str, Any]:
    deal, evidence, now = applicant.deal, applicant.evidence, applicant.now
    amount = deal.get("amount")
    return {
        "tags": list(deal.get("tags") or ()),
        "currency": amount and amount.currency,
        "stage_position": applicant.stage_position,
        "days_in_stage": (now - deal["stage_entered_at"]).total_seconds() / _SECONDS_A_DAY,
        "age_days": (now - deal["created_at"]).total_seconds() / _SECONDS_A_DAY,
        "needs": evidence.needs,
        "open_objections": evidence.open_objections,
        "signing_date": evidence.signing_date,
    }


def _own(value: Any) -> Any:
    """A value of an own field: of money the amount."""
    return float(value["amount"]) if isinstance(value, Mapping) else value


def _plain(value: Any) -> Any:
    if isinstance(value, Money):
        return float(value.amount)
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, Mapping):
        return {key: _own(each) for key, each in value.items()}
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, date) and not isinstance(value, datetime):
        return datetime.combine(value, time(), UTC)
    return value
