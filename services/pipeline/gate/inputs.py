"""The fields of a deal that a gate may ask for, and what a screen has to ask for to fill them."""

from collections.abc import Mapping
from typing import Any

from services.pipeline.gate.domain import OWN

MONEY: Mapping[str, Any] = {"type": "money", "minimum": 0}
DAY: Mapping[str, Any] = {"type": "date"}


def _reference(to: str) -> Mapping[str, Any]:
    return {"type": "id", "of": to}


def _text(longest: int) -> Mapping[str, Any]:
    return {"type": "text", "max_length": longest}


INPUTS: Mapping[str, Mapping[str, Any]] = {
    "amount": MONEY,
    "expected_close": DAY,
    "owner_id": _reference("/v1/members"),
    "account_id": _reference("/v1/accounts"),
    "contact_id": _reference("/v1/contacts"),
    "product_id": _reference("/v1/products"),
    "source": _text(80),
    "competitor": _text(200),
    "probability": {"type": "number", "minimum": 0, "maximum": 1},
    "next_step": _text(500),
    "next_step_at": {"type": "instant"},
    "description": _text(5000),
    "tags": {"type": "tags"},
    "recurring_amount": MONEY,
    "term_months": {"type": "number", "minimum": 1, "maximum": 600},
}


def input_of(name: str) -> Mapping[str, Any]:
    """What is put there; an own field is described by its definition."""
    if name.startswith(OWN):
        key = name.removeprefix(OWN)
        return {"type": "custom", "key": key, "definition": f"/v1/deal-fields?key={key}"}
    return INPUTS[name]
