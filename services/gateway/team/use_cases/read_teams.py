"""What other capabilities ask about teams."""

from services.gateway.team.queries import (
    TEAMS,
    active_by_id,
    children_of,
    find_team,
    named,
    subtree_led_by,
    whole_tree,
)

__all__ = [
    "TEAMS",
    "active_by_id",
    "children_of",
    "find_team",
    "named",
    "subtree_led_by",
    "whole_tree",
]
