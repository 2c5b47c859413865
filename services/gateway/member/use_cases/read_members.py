"""What other capabilities ask about members."""

from services.gateway.member.queries import (
    Account,
    Place,
    account_by_id,
    account_of,
    active_in_team,
    anybody,
    existing,
    ids_in_teams,
    in_tree,
    place_of,
    shown,
)
from services.gateway.member.repository import note_sign_in

__all__ = [
    "Account",
    "Place",
    "account_by_id",
    "account_of",
    "active_in_team",
    "anybody",
    "existing",
    "ids_in_teams",
    "in_tree",
    "note_sign_in",
    "place_of",
    "shown",
]
