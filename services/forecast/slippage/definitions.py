"""What each figure of slippage is, in words, served beside it."""

from shared.reporting.figures import Meanings

_DUE = "Open deals that were expected to close in the period at its start, as known then"
_SLIPPED = "Of those due, dated after the period, won after it, or open with their day past"
MEANINGS: Meanings = {
    "due": (f"{_DUE}; amounts are those of the start.", None),
    "won": ("Of those due, won by the end of the period, or by now.", None),
    "lost": ("Of those due, lost.", None),
    "slipped": (f"{_SLIPPED}.", None),
    "pending": ("Of those due, still open with a day to come in the period.", None),
    "omitted": ("Of those due, omitted from the forecast by then.", None),
    "transferred": ("Of those due, of other owners or products, as far as chosen, by then.", None),
    "share_of_deals": ("Slipped deals", "All deals due"),
    "share_of_amount": ("Amount of the slipped ones", "Amount of all deals due"),
    "average_days": (
        "Mean of the days between the day expected at the start and that expected at the end of the period, "
        "or now; where that is past, the end or now itself. Of slipped deals that have one.",
        None,
    ),
    "median_days": ("Half of them slipped by so many days or fewer.", None),
    "pushes": (
        "How often in the period an open deal's expected close was moved to a later day, whenever it was "
        "due; `deals` is of how many deals, `days` by how much together.",
        None,
    ),
    "average_days_pushed": ("Days by which close dates were put off", "Pushes"),
    "pushed_more_than": ("Deals put off more than `times` times in the period.", None),
}
