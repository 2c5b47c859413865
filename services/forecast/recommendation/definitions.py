"""What each figure of a recommendation is, served beside it."""

from services.forecast.recommendation.domain import FEWEST_CASES, FEWEST_TRIES, LANDMARK, QUIET
from shared.reporting.figures import Meanings

_THEN = f"{LANDMARK.days} days after the deal began"
DEFINITIONS: Meanings = {
    "win_chance": (
        "`prediction`: learned from own deals that are over; see `GET /v1/deals/{id}/win-probability`. "
        "`stage_probability`: what the pipeline says of the stage, where nothing is learned yet.",
        None,
    ),
    "lift": (
        f"Share won of the deals that had what the action brings, {_THEN}",
        f"Share won of those that had it not; null below {FEWEST_CASES} deals on either side",
    ),
    "no_next_step": (f"Evidence: an activity was planned or not, {_THEN}.", None),
    "quiet": (f"Evidence: something was done or not in the {QUIET.days} days before, {_THEN}.", None),
    "single_contact": (f"Evidence: two contacts or more had taken part or not, {_THEN}.", None),
    "answer_rate": (
        "Outbound activities answered by the same account or lead within two days, drawn to the rate of all",
        f"Outbound activities of that part of the week; none below {FEWEST_TRIES} in all",
    ),
}
