"""What each figure of a scenario is, served beside it."""

from shared.reporting.figures import Meanings

DEFINITIONS: Meanings = {
    "forecast": (
        "Closed, plus amount times probability of the open deals expected to close in the period but those "
        "omitted, plus leads to come.",
        None,
    ),
    "closed": ("Deals won in the period; no assumption changes them.", None),
    "commit": ("Closed plus open deals in commit.", None),
    "most_likely": ("Commit plus open deals in most likely.", None),
    "best_case": ("Most likely plus open deals in best case.", None),
    "leads_to_come": ("See `GET /v1/forecast/sources`; null, and no part, with insufficient history.", None),
    "expected_gap_to_target": ("Target minus forecast; negative when the forecast exceeds it.", None),
    "expected_attainment": ("Forecast", "Target"),
    "effects": ("Each assumption alone, so they need not add up to all together.", None),
    "concentration": (
        "Closed and weighted of the largest so many accounts",
        "Closed and weighted of all deals",
    ),
    "won_last_year": ("Won from the account in the year before the first day looked at.", None),
}
