"""What each figure of a forecast is, in words, served beside it."""

from services.forecast.outlook.domain import Rollup
from services.forecast.rollup.domain import Price, RatesOf
from shared.contracts.periods import Period
from shared.reporting.figures import Meanings, defined
from shared.reporting.schemas import DefinitionOut

_PERIOD = (
    "Closed deals belong to the period of their closing date, open deals to that of their expected close, "
    "both in the organisation's time zone."
)
_SAME = {
    "closed": "Amount of the deals won in the period.",
    "weighted": "Closed, plus amount times probability of the open deals expected to close in the period "
    "whose probability is known; omitted deals are left out. Added exactly, then rounded once to cents.",
    "unweighted_deals": "Open deals in the period without a probability: they are not in `weighted`.",
    "deals_without_amount": "Deals in the period without an amount in the organisation's currency: they are "
    "counted, and add nothing to any sum.",
    "undated_deals": "Open deals without an expected close: they belong to no period and are in no figure.",
    "target": "What is planned, as set now, for exactly this period and scope; null when nothing is.",
    "p10": "In one of ten such periods less than this is won in all. From the organisation's own history, in "
    "its currency, of deals chosen and grouped by owner, team and product; null elsewhere, and while history "
    "is too short. `GET /v1/forecast/prediction` tells what it is made of.",
    "p50": "As likely more as less than this is won in all.",
    "p90": "In one of ten such periods more than this is won in all.",
    "gap_to_target": "Target minus closed; negative when exceeded.",
    "working_days_left": "Working days left in the period, today included, closed days left out.",
}
_ROLLUPS: dict[Rollup, dict[str, str]] = {
    "cumulative": {
        "commit": "Open deals in commit, plus closed.",
        "most_likely": "Open deals in most likely and commit, plus closed.",
        "best_case": "Open deals in best case, most likely and commit, plus closed.",
        "open_pipeline": "All open deals expected to close in the period but those omitted; not closed ones.",
    },
    "single": {
        "commit": "Open deals in commit only.",
        "most_likely": "Open deals in most likely only.",
        "best_case": "Open deals in best case only.",
        "open_pipeline": "Open deals in pipeline only.",
    },
}
_RATIOS: Meanings = {
    "attainment": ("Closed", "Target"),
    "coverage": (
        "Amount of all open deals in the period but those omitted",
        "Gap to target, while there is one",
    ),
    "needed_per_working_day": (
        "Gap to target (0 when reached)",
        "Working days left in the period, today included",
    ),
}


_RATES: dict[RatesOf, str] = {
    "dated": "Each deal at the rate of the day it closed or is to close on, of {today} at most, to the cent; "
    "a deal in {currency} as it is.",
    "current": "Each deal's own amount at the rates of {today}, to the cent; a deal in {currency} as it is.",
}


def definitions_of(period: Period, rollup: Rollup, price: Price) -> dict[str, DefinitionOut]:
    """Of each figure, as it was asked for."""
    when = f"{period.name}: {period.starts_on} to {period.ends_on}. {_PERIOD}"
    if not price.is_plain:
        when += " " + _RATES[price.rates].format(today=price.today, currency=price.currency)
    sums: Meanings = {name: (meaning, None) for name, meaning in (_SAME | _ROLLUPS[rollup]).items()}
    return defined({**sums, **_RATIOS}, when)
