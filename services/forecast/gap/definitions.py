"""What each figure of the gap is, in words, served beside it."""

from decimal import Decimal

from services.forecast.gap.domain.parts import Behind, By, Cut, Method, Part
from shared.contracts.periods import Period
from shared.reporting.figures import Meanings, cents, defined
from shared.reporting.schemas import DefinitionOut

_FORECAST: dict[Method, str] = {
    "predicted": "What the prediction kept from the period's start expected to be won by the end of the last "
    "day that is over: of each deal open then its chance to be won by that day times what a win of it is "
    "worth, plus new business, all moved by the share by which the blend moves the whole period. Chances are "
    "kept for each seventh day of the next 98 days and for first days of months; between them they go in a "
    "straight line. No stage and no source is known of new business.",
    "weighted": "Amount times probability of the open deals expected to close by the end of the last day "
    "that is over, as they stood and were known when the period began (omitted ones left out), plus the new "
    "business to be expected by then.",
    "target": "The target's share that is due when it grows evenly over the period's working days, closed "
    "days left out, up to the last day that is over.",
}
_PARTS: Meanings = {
    "lost": (
        "What deals lost since were to bring by now; by method `target` the full amount of deals lost.",
        None,
    ),
    "pushed_out": ("What deals were to bring by now that are expected later, or at no day any more.", None),
    "overdue": ("What open deals were to bring whose day has passed.", None),
    "still_open": (
        "Method `predicted`: what open deals were likely to bring by now whose day was never within it.",
        None,
    ),
    "dropped": ("What deals were to bring that are left out of the forecast now.", None),
    "won_before": ("What deals were to bring that turned out to be won before the period.", None),
    "shrunk": ("What deals were won for less than they were worth when the period began.", None),
    "new_business": (
        "What may be expected of deals that were not there yet: by method `predicted` what the prediction "
        "said, else the mean, over up to four earlier periods of "
        "the same kind, of what was both created and won as far into them.",
        None,
    ),
    "won_beyond_chance": ("Full amount less amount times probability of planned deals that were won.", None),
    "grown": ("What deals were won for beyond what they were worth when the period began.", None),
    "won_unplanned": ("Won of deals that were there, but not expected by now.", None),
    "won_new": ("Won of deals that were not known when the period began.", None),
    "not_in_pipeline": (
        "Method `target`: the gap less what was lost, pushed out or is overdue. Below 0 when more was lost "
        "or is late than is missing, as not every deal was to be won.",
        None,
    ),
}


def definitions_of(method: Method, period: Period) -> dict[str, DefinitionOut]:
    """`{figure: {meaning, numerator, denominator, period}}`."""
    meanings: Meanings = {
        "forecast_to_date": (_FORECAST[method], None),
        "actual_to_date": ("Amount of the deals won in the period so far, at once.", None),
        "gap": ("Forecast to date minus actual to date; below 0 when ahead.", None),
        "gap_share": ("Gap", "Forecast to date"),
        "new_business_periods": ("How many earlier periods `new_business` is the mean of.", None),
        "not_by_group": ("What of the gap is of no group, as it is foretold of none.", None),
        **_PARTS,
    }
    when = f"{period.name}: {period.starts_on} to {period.ends_on}, days in the organisation's time zone."
    return defined(meanings, when)


_CALLED: dict[By, str] = {
    "team": "team",
    "owner": "rep",
    "stage": "stage",
    "source": "source",
    "product": "product",
}
_SAID: dict[Part, str] = {
    "lost": "was lost",
    "pushed_out": "was pushed out",
    "overdue": "is overdue",
    "still_open": "is still open",
    "dropped": "was left out of the forecast",
    "shrunk": "was won for less",
}


def place_of(cut: Cut, name: str | None) -> str:
    """`source fair`."""
    return f"{_CALLED[cut.by]} {name or cut.value}"


def words_of(behind: Behind, *, name: str | None, stage: str | None, currency: str) -> str:
    """`Of source fair 600.00 EUR was lost, most in "Offer" (6 deals): 60 % of all that is missing.`"""
    where = "Across the board" if behind.cut is None else f"Of {place_of(behind.cut, name)}"
    most = f', most in "{stage}"' if stage else ""
    deals = "1 deal" if behind.deals == 1 else f"{behind.deals} deals"
    share = (behind.share * 100).quantize(Decimal(1))
    what = f"{cents(behind.amount)} {currency} {_SAID[behind.part]}"
    return f"{where} {what}{most} ({deals}): {share} % of all that is missing."
