"""What each figure of the sources is, served beside it."""

from services.forecast.source_yield.domain import (
    ARRIVAL_MONTHS,
    FEWEST_MONTHS,
    FEWEST_WINS,
    LONGEST,
    PRIOR_WINS,
)
from shared.reporting.figures import Meanings

DEFINITIONS: Meanings = {
    "received": (f"Leads of the source received in the last {LONGEST} months.", None),
    "wins": ("Of these, leads of which a deal was won.", None),
    "own_weight": (
        "Wins of the source",
        f"Wins of the source plus {PRIOR_WINS}; the rest of the weight lies on all sources together",
    ),
    "leads_per_month": (f"Mean of the last {ARRIVAL_MONTHS} whole months, or of those there are.", None),
    "conversion": (
        f"The share of leads that is won within {LONGEST} months: month after month, wins among the "
        "leads old enough (product limit), drawn to all sources as if these had won ten of its own.",
        None,
    ),
    "average_deal": ("What a won lead brought, drawn to all sources by the wins with an amount.", None),
    "lag_months": (
        "Share of the wins that come in the month of the lead (0), in the next (1), and so on.",
        None,
    ),
    "open_leads": ("Leads received that are neither converted, disqualified, won nor put away.", None),
    "from_open_leads": (
        "Open leads x the chance that a lead of their age wins in the period x average deal.",
        None,
    ),
    "from_leads_to_come": (
        "Leads per month x the chance that they win in the period, by how long leads take, x average deal.",
        None,
    ),
    "expected": ("From open leads plus from leads to come. Deals that are open already are not in it.", None),
    "state": (
        f"insufficient_history below {FEWEST_WINS} won leads or {FEWEST_MONTHS} whole months with leads: "
        "amounts are null then.",
        None,
    ),
    "wape": (
        "Sum over past spans of |expected - actual|, each from what was known when it began",
        "Sum of what the leads open then, and later ones, brought",
    ),
    "bias": (
        "Sum over past spans of expected - actual",
        "Sum of what the leads open then, and later ones, brought",
    ),
}
