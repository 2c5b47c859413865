"""What each frozen figure is, in words, served beside it."""

from services.forecast.outlook.domain import Rollup
from services.forecast.submission.definitions import DEFINITIONS
from shared.reporting.figures import Meanings

_SAME: Meanings = {
    "closed": ("Amount of the deals that were won in the period, as of the snapshot.", None),
    "weighted": (
        "Closed, plus amount times probability of the open deals that were expected to close in the period "
        "and whose probability was known; omitted deals are left out. Rounded once, after adding.",
        None,
    ),
    "unweighted_deals": ("Open deals in the period without a probability: not in `weighted`.", None),
    "deals_without_amount": (
        "Deals in the period without an amount in the currency of then: counted, they add nothing.",
        None,
    ),
    "undated_deals": ("Open deals without an expected close: in no figure.", None),
}
_ROLLUPS: dict[Rollup, Meanings] = {
    "cumulative": {
        "commit": ("Open deals in commit, plus closed.", None),
        "most_likely": ("Open deals in most likely and commit, plus closed.", None),
        "best_case": ("Open deals in best case, most likely and commit, plus closed.", None),
        "open_pipeline": (
            "Open deals that were expected to close in the period, but those omitted.",
            None,
        ),
    },
    "single": {
        "commit": ("Open deals in commit only.", None),
        "most_likely": ("Open deals in most likely only.", None),
        "best_case": ("Open deals in best case only.", None),
        "open_pipeline": ("Open deals in pipeline only.", None),
    },
}


def meanings(rollup: Rollup) -> Meanings:
    """Figure -> what it is."""
    return {**_SAME, **_ROLLUPS[rollup]}


JUDGEMENT: Meanings = {
    "amount": ("What stood instead of the figure of the team, member or organisation.", None),
    "replaced": ("The figure it took the place of, as it was when the adjustment was made.", None),
    **{name: DEFINITIONS[name] for name in ("number", "computed", "adjusted")},
}
"""What is told of adjustments and submissions."""
