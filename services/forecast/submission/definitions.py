"""What the figures of a submission are, in words, served beside them."""

from shared.reporting.figures import Meanings

DEFINITIONS: Meanings = {
    "number": ("What was foretold to be closed by the end of the period: stated, else adjusted.", None),
    "computed": ("Commit of the node from the deals alone, what was closed included, when handed in.", None),
    "adjusted": ("The same with the adjustments below and of its owner, without those from above.", None),
    "actual": (
        "Amount of the deals won in the days of the period, as they were when it was handed in, by those "
        "whose deals they were then; so far, until the period is over.",
        None,
    ),
    "error_ratio": ("Actual minus foretold", "Actual"),
    "stale": (
        "One of the cumulative figures, as the node's owner sees it, has moved since by more than "
        "`stale_beyond` of the submission rules.",
        None,
    ),
}
