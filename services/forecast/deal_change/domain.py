"""What may change on a deal, and in which direction."""

from typing import Literal, get_args

What = Literal["amount", "close_date", "stage", "category", "outcome"]
Move = Literal["increased", "decreased", "pushed", "pulled", "forward", "back", "up", "down"]
Ending = Literal["won", "lost", "reopened"]
Direction = Literal[Move, Ending, "set"]
WHATS: tuple[What, ...] = get_args(What)
DIRECTIONS: tuple[Direction, ...] = get_args(Direction)
CATEGORIES = ("omitted", "pipeline", "best_case", "most_likely", "commit", "closed")
"""From the weakest to the strongest."""
