"""How far a cohort of leads got. A lead that skipped a step counts as having reached it."""

from dataclasses import dataclass, fields
from decimal import Decimal

from shared.contracts.money import CENT
from shared.reporting.figures import Meanings, ratio

DEFINITIONS: Meanings = {
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
        "lead_to_contact": ratio(counts.contacted, counts.received),
        "contact_to_qualified": ratio(counts.qualified, counts.contacted),
        "qualified_to_converted": ratio(counts.converted, counts.qualified),
        "lead_to_converted": ratio(counts.converted, counts.received),
        "lead_to_won": ratio(counts.won, counts.received),
        "contact_to_won": ratio(counts.won, counts.contacted),
    }


def yield_per_lead(counts: Counts) -> Decimal | None:
    """Won amount for each lead received, in cents; None without leads."""
    return ratio(counts.won_amount, counts.received, CENT)
