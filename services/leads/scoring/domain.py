"""An outcome to learn from: what was known of a lead when it came in, and whether it became a customer."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from services.leads.score_model.question import INPUTS, Known

ENOUGH = 40
"""So many won and so many lost leads it takes to learn anything."""
MOST = 50_000
"""The newest so many outcomes are learned from."""
TEST_SHARE = 0.3
"""The later so much of the outcomes the published figures are measured on."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One lead that has ended."""

    lead: Known
    won: bool

    @property
    def created_at(self) -> datetime:
        """When the lead came up: outcomes are ordered by this."""
        return self.lead.created_at


def outcome_of(row: Mapping[str, Any]) -> Outcome:
    """An outcome from the JSON it travels as."""
    known = {name: row.get(name) for name in INPUTS}
    amount = known["expected_value"]
    known |= {
        "expected_value": None if amount is None else SimpleNamespace(amount=Decimal(str(amount))),
        "created_at": datetime.fromisoformat(row["created_at"]),
        "attributes": known["attributes"] or {},
        "tags": known["tags"] or (),
        "needs": known["needs"] or (),
    }
    return Outcome(SimpleNamespace(**known), bool(row["won"]))


def has_won(status: str, *, elsewhere: bool, deals: Collection[str]) -> bool | None:
    """Whether a lead that has ended became a customer; None while its deal is open, or when none was opened.

    Won: its deal is won, or it converted in the system it was loaded from. Lost: its deals are lost, or it
    was disqualified.
    """
    if deals:
        return None if "won" not in deals and "open" in deals else "won" in deals
    if status == "disqualified":
        return False
    return True if elsewhere else None


def missing(positive: int, negative: int) -> str | None:
    """What is missing before anything can be learned; None when it is enough."""
    lacking = {"won": ENOUGH - positive, "lost": ENOUGH - negative}
    parts = [f"{count} more {kind} leads" for kind, count in lacking.items() if count > 0]
    return (
        f"It takes {ENOUGH} won and {ENOUGH} lost leads; missing: {' and '.join(parts)}." if parts else None
    )


def is_worse(rival: Mapping[str, Any] | None) -> bool:
    """Whether the new model did worse than the one in service on leads that neither has learned from."""
    return rival is not None and rival["new"]["brier"] > rival["in_service"]["brier"]
