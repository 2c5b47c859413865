"""What each figure of repeat business is, served beside it."""

from services.forecast.repeat_business.domain import FEWEST_CUSTOMERS, FEWEST_PURCHASES, LATE, PRIOR_INTERVALS
from shared.reporting.figures import Meanings

DEFINITIONS: Meanings = {
    "regular_customers": (f"Accounts that bought on {FEWEST_PURCHASES} days or more in three years.", None),
    "median_interval_days": ("Median of the days between purchases; deals won on one day are one.", None),
    "spread_days": ("Median of how far the intervals lie from their median.", None),
    "chance_active": (
        "That the customer still buys: the longer the silence in terms of the rhythm, the less.",
        None,
    ),
    "expected_purchases": (
        "Chance active x days to come",
        f"Mean interval, to which {PRIOR_INTERVALS} intervals of the average regular are added",
    ),
    "expected_revenue": ("Expected purchases x average purchase, drawn to that of all regulars.", None),
    "days_to_come": ("Days left in the period, today included.", None),
    "last_bought_days_ago": ("Days since the last purchase.", None),
    "purchases": ("Days on which the customer bought.", None),
    "p10": ("In one of ten such periods regulars bring less than this.", None),
    "p90": ("In one of ten such periods regulars bring more than this.", None),
    "p50": (
        "Expected revenue of all regulars. P10 and P90 by the normal distribution: with a chance of 80 % the "
        "revenue lies between; widened by how far past spans were missed.",
        None,
    ),
    "overdue_customers": ("How many customers are overdue.", None),
    "overdue": (f"Silent for more than {LATE} median intervals.", None),
    "state": (f"insufficient_history below {FEWEST_CUSTOMERS} regular customers.", None),
    "wape": ("Sum over past spans of |expected - actual|", "Sum of what the regulars of then brought"),
    "bias": ("Sum over past spans of expected - actual", "Sum of what the regulars of then brought"),
    "wape_same_as_before": (
        "Sum over past spans of |brought in the span before - actual|",
        "Sum of what the regulars of then brought",
    ),
}
