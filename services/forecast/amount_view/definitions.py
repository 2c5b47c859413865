"""What each view of an amount is, in words, served beside it."""

from shared.reporting.figures import Meanings

DEFINITIONS: Meanings = {
    "amount_without_adjustments": (
        "The deals of the node: a member's own, those of a product, those of a team, territory or family "
        "with all below it, or all. No adjustment is in it. Equal to the figure of GET /v1/forecast for "
        "the same node.",
        None,
    ),
    "owner_only_amount": (
        "The deals of the member or product; of a team those of its direct members, teams below left out; "
        "of a territory those in no territory below; of a family those of its products; of the organisation "
        "those of members in no team (products in no family) and of none. No adjustment is in it.",
        None,
    ),
    "rolled_up": (
        "The sum of the forecast amounts right below: of teams and direct members; of territories, and the "
        "deals of the territory itself; of families and products. Of a member or product its "
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
