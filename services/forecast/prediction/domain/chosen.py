"""Which deals are asked about. Needs no numpy."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

GroupBy = Literal["owner", "team", "product"]


@dataclass(frozen=True, slots=True)
class Chosen:
    """Each that is given must hold. `team_id` means the team and every team below it."""

    team_id: UUID | None = None
    owner_id: UUID | None = None
    product_id: UUID | None = None
