"""What each figure of demand is, served beside it."""

from services.forecast.demand.domain import FEWEST_MONTHS, FEWEST_REQUESTS, MOST_MONTHS, REPORT_MONTHS
from shared.reporting.figures import Meanings

DEFINITIONS: Meanings = {
    "requests": ("Leads that ask for the product by its name, and its deals that came without a lead.", None),
    "trend": (
        f"Requests a month more or fewer each month over at most {MOST_MONTHS} whole months: the median of "
        "all slopes between two months (Theil, Sen), with an 80 % interval.",
        None,
    ),
    "feedback": ("Requests of the period's months still to come, the running one in part, by trend.", None),
    "research": (
        "Mean of the market reports' needs, as far as they fall into the period's days to come.",
        None,
    ),
    "need": ("Feedback and research by their weights.", None),
    "feedback_weight": (
        "Whole months of requests",
        f"Whole months of requests plus {REPORT_MONTHS} for each market report",
    ),
    "research_weight": ("1 - feedback_weight.", None),
    "loss_reasons": ("Why deals of the product were lost in the last year, the most frequent first.", None),
    "state": (
        f"insufficient_history below {FEWEST_MONTHS} whole months or {FEWEST_REQUESTS} requests without "
        "a market report.",
        None,
    ),
}
