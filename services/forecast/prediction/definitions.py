"""What each predicted figure is, in words."""

from shared.reporting.figures import Meanings

MEANINGS: Meanings = {
    "closed": ("Amount of the deals won in the period so far", None),
    "open_deals": (
        "What today's open deals are expected to bring in what is left of the period: chance to be won in it "
        "x what a win brings, added up, moved by the blend",
        None,
    ),
    "new_business": (
        "What deals yet to be made are expected to bring in what is left of the period, at the rate deals "
        "were made lately, moved by the blend",
        None,
    ),
    "mean": ("closed + open_deals + new_business", None),
    "p10": ("In one of ten such periods less than this comes", None),
    "p50": ("As likely more as less than this comes", None),
    "p90": ("In one of ten such periods more than this comes", None),
    "expected_wins": ("Wins expected in what is left of the period", None),
    "deals": ("Open deals that were reckoned with", None),
    "foretold": (
        "What the model and simple methods say of what is left of the period, for the whole organisation: "
        "the same length just before, the same months of the last quarter, of the last year",
        None,
    ),
    "weights": (
        "How much of the whole's figure comes from each method: by the inverse of its mean squared error in "
        "the organisation's own past",
        None,
    ),
    "scale": (
        "What the blend says of what is left of the period; the figures of all parts are moved by this",
        "What the model says of it",
    ),
    "errors": (
        "Root mean square error of each method in the organisation's own past, as a logarithm of foretold "
        "over true: 0.1 is about 10 %",
        None,
    ),
    "trials": ("How many spans of the past each method was tried on", None),
    "spread": ("How far the whole may be off, as a share, beyond the chances of its deals", None),
    "spread_of_parts": ("The same of a team, an owner or a product", None),
}

OF_A_CHANCE: Meanings = {
    "probability": ("Chance to be won within 13 months", None),
    "in_quarter": ("Chance to be won until the present fiscal quarter ends", None),
    "usual_probability": ("Mean probability of the open deals, were all alike but for their age", None),
    "value_of_a_win": (
        "What a win brings: the amount x what such amounts came to; without one the mean of its product",
        None,
    ),
    "expected_value": ("probability x value_of_a_win", None),
    "predicted_close": ("The day by which half of the probability has passed", None),
}
