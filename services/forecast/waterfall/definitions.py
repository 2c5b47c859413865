"""What each part of a waterfall is, in words, served beside it."""

from shared.reporting.figures import Meanings

MEANINGS: Meanings = {
    "open_since": ("Open deals expected to close in the period, but those omitted, as of `since`.", None),
    "new": ("Deals not known at `since`, with the amount they came with until `until`.", None),
    "pulled_in": ("Deals expected after the period, or undated, at `since`, and in it since.", None),
    "pushed_in": ("Deals expected before the period at `since`, and in it since.", None),
    "reopened": ("Deals won or lost at `since` that are open again, or were and have ended anew.", None),
    "restored": ("Deals omitted from the forecast at `since` that count again.", None),
    "transferred_in": ("Deals of other owners, teams or products, as far as chosen, at `since`.", None),
    "increased": ("What amounts grew by, of deals that counted.", None),
    "decreased": ("What amounts shrank by, of deals that counted.", None),
    "won": ("Deals won in the period since, with the amount won.", None),
    "lost": ("Deals lost since that were in the period, or expected in it when they were lost.", None),
    "pushed_out": ("Deals now expected after the period, won after it, or undated.", None),
    "pulled_out": ("Deals now expected before the period, or won before it.", None),
    "omitted": ("Deals omitted from the forecast since.", None),
    "transferred_out": ("Deals of other owners, teams or products, as far as chosen, by now.", None),
    "open_until": ("Open deals expected to close in the period, but those omitted, as of `until`.", None),
    "closed_since": ("Deals won in the period, as of `since`.", None),
    "closed_corrected": (
        "What became of deals won at `since`: another amount or closing date, reopened, transferred; and "
        "deals won before that count only now.",
        None,
    ),
    "deals_without_amount": ("Deals in these parts without an amount: they add nothing.", None),
    "closed_until": ("Deals won in the period, as of `until`.", None),
}
RULE = (
    "A deal comes in with its amount at `since` (a new or transferred one with that at `until`), then grows "
    "or shrinks, then goes out with its amount at `until` (a transferred one with that at `since`). One that "
    "was won or lost without being in the period at `since` comes in and goes out. So open_since plus all "
    "parts is open_until, exactly; closed_since + won + closed_corrected = closed_until."
)
