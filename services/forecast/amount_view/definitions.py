"""What each view of an amount is, in words, served beside it."""

from shared.reporting.figures import Meanings

DEFINITIONS: Meanings = {
    "amount_without_adjustments": (
        "The deals of the node: a member's own, those of a team and every team below it, or all. No "
        "adjustment is in it. Equal to the figure of GET /v1/forecast for the same node.",
        None,
    ),
    "owner_only_amount": (
        "The deals of the member; of a team those of its direct members, teams below left out; of the "
        "organisation those of members in no team and of nobody. No adjustment is in it.",
        None,
    ),
    "rolled_up": (
        "The sum of the forecast amounts of the teams right below and the direct members; of a member the "
        "deals. What stands where the node itself is not adjusted.",
        None,
    ),
    "amount_without_manager_adjustment": (
        "As its owner sees it: the owner's own adjustment, else rolled up. Adjustments below are in it, "
        "those made of this node from above are not.",
        None,
    ),
    "forecast_amount": (
        "With every adjustment: the manager's of this node, else the owner's, else rolled up.",
        None,
    ),
    "indirect_adjustment": (
        "Rolled up minus without adjustments: what adjustments below have moved it by.",
        None,
    ),
    "direct_adjustment": (
        "Forecast amount minus rolled up: what the adjustments of this very node have moved it by.",
        None,
    ),
}
