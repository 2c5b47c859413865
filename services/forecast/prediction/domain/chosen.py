"""Which deals are asked about, and by whom. Needs no numpy."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args
from uuid import UUID

from shared.contracts.identity import Identity

GroupBy = Literal["owner", "team", "product"]
Cut = Literal["all", "owner", "product", "owner_product"]
"""By what sums are kept: the fewer there are to add up, the quicker the answer."""
_GROUPS: Mapping[str, GroupBy] = {name: name for name in get_args(GroupBy)}


@dataclass(frozen=True, slots=True)
class Chosen:
    """Each that is given must hold. `team_id` means the team and every team below it."""

    team_id: UUID | None = None
    owner_id: UUID | None = None
    product_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What of all deals: the chosen ones that `by` may see, taken together or by group."""

    chosen: Chosen
    by: Identity
    group_by: GroupBy | None = None

    @property
    def is_everything(self) -> bool:
        """Whether it is the whole organisation."""
        return self.chosen == Chosen() and self.by.scope == "all"

    @property
    def cut(self) -> Cut:
        """The coarsest sums that tell these deals and groups apart."""
        chosen = self.chosen
        by_owner = (
            self.by.scope != "all"
            or chosen.owner_id is not None
            or chosen.team_id is not None
            or self.group_by in ("owner", "team")
        )
        by_product = chosen.product_id is not None or self.group_by == "product"
        if by_owner:
            return "owner_product" if by_product else "owner"
        return "product" if by_product else "all"


def grouped(name: str | None) -> GroupBy | None:
    """By what predictions can be grouped; None for anything else."""
    return _GROUPS.get(name or "")
