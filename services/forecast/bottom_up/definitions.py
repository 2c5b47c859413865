"""What each figure of a forecast from below is, served beside it."""

from services.forecast.bottom_up.domain import FEWEST_DEALS, FEWEST_SPANS, SPANS
from shared.reporting.figures import Meanings

DEFINITIONS: Meanings = {
    "expected": (
        "Growth factor x average pipeline x win rate x individuals. Parts are reckoned by their own past and "
        "need not add up.",
        None,
    ),
    "growth_factor": ("What is said of the market for the period (`market_growth`), else 1.", None),
    "average_pipeline": (
        f"Value of the deals of individuals decided, won or lost, in the last {SPANS} periods of this kind",
        "Individuals who had deals decided, added up over these periods",
    ),
    "win_rate": ("Value of the won ones of these deals", "Value of all of them"),
    "decided_deals": ("Deals that were won or lost in these periods.", None),
    "won_deals": ("Of these, won ones.", None),
    "spans": ("Of these periods those in which deals were decided.", None),
    "actual": ("What was won in a past period.", None),
    "individuals": ("Active members of the role rep, or as many as asked for.", None),
    "value": ("A deal without an amount above 0 counts as an average won one.", None),
    "state": (
        f"insufficient_history below {FEWEST_SPANS} periods with decided deals or {FEWEST_DEALS} such deals.",
        None,
    ),
    "wape": (
        "Sum over past periods of |expected - actual|, growth being 1",
        "Sum of what was won in them",
    ),
    "bias": ("Sum over past periods of expected - actual, growth being 1", "Sum of what was won in them"),
}
