"""How far a cohort of leads got. A lead that skipped a step counts as having reached it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import ROUND_HALF_EVEN, Decimal

_RATIO = Decimal("0.0001")
_CENT = Decimal("0.01")

DEFINITIONS: Mapping[str, tuple[str, str | None]] = {
    "received": ("Leads created in the period.", None),
    "contacted": ("Received leads that were contacted, or got further without it.", None),
    "qualified": ("Received leads that were qualified, or got further without it.", None),
    "converted": ("Received leads that became an account and a contact.", None),
    "won": ("Received leads of which a deal was won, whenever that was.", None),
    "disqualified": ("Received leads that are disqualified.", None),
    "won_amount": ("Amount of the deals won from received leads, in the organisation's currency.", None),
    "lead_to_contact": ("Contacted", "Received"),
    "contact_to_qualified": ("Qualified", "Contacted"),
    "qualified_to_converted": ("Converted", "Qualified"),
    "lead_to_converted": ("Converted", "Received"),
    "lead_to_won": ("Won", "Received"),
    "contact_to_won": ("Won", "Contacted"),
    "yield_per_lead": ("Won amount", "Received"),
}


@dataclass(frozen=True, slots=True)
class Counts:
    """Leads of one cohort: received ≥ contacted ≥ qualified ≥ converted ≥ won."""

    received: int = 0
    contacted: int = 0
    qualified: int = 0
    converted: int = 0
    won: int = 0
    disqualified: int = 0
    won_amount: Decimal = Decimal(0)

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(Counts)))


def conversions(counts: Counts) -> dict[str, Decimal | None]:
    """The named ratios, to four decimals; None where nothing is there to divide by."""
    return {
        "lead_to_contact": _ratio(counts.contacted, counts.received),
        "contact_to_qualified": _ratio(counts.qualified, counts.contacted),
        "qualified_to_converted": _ratio(counts.converted, counts.qualified),
        "lead_to_converted": _ratio(counts.converted, counts.received),
        "lead_to_won": _ratio(counts.won, counts.received),
        "contact_to_won": _ratio(counts.won, counts.contacted),
    }


def yield_per_lead(counts: Counts) -> Decimal | None:
    """Won amount for each lead received, in cents; None without leads."""
    if counts.received == 0:
        return None
    return cents(counts.won_amount / counts.received)


def cents(amount: Decimal) -> Decimal:
    """Rounded once, half-even, after adding."""
    return amount.quantize(_CENT, ROUND_HALF_EVEN)


def definitions_of(when: str) -> dict[str, dict[str, str | None]]:
    """`{figure: {meaning, numerator, denominator, period}}`."""
    return {
        name: {
            "meaning": above
            if below is None
            else f"{above} divided by {below.lower()}. Null when that is 0.",
            "numerator": None if below is None else above,
            "denominator": below,
            "period": when,
        }
        for name, (above, below) in DEFINITIONS.items()
    }


def _ratio(above: int, below: int) -> Decimal | None:
    return (Decimal(above) / below).quantize(_RATIO, ROUND_HALF_EVEN) if below else None
