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
    product_family: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """What of all deals: the chosen ones that `by` may see, taken together or by group."""

    chosen: Chosen
    by: Identity
    group_by: GroupBy | None = None

    @property
    def cut_by(self) -> frozenset[GroupBy]:
        """What it is less than the whole organisation by."""
        chosen, scope = self.chosen, self.by.scope
        cuts: dict[GroupBy, bool] = {
            "owner": chosen.owner_id is not None or scope not in ("all", "subtree"),
            "team": chosen.team_id is not None or scope == "subtree",
            "product": chosen.product_id is not None or chosen.product_family is not None,
        }
        return frozenset(name for name, cut in cuts.items() if cut)

    @property
    def cut(self) -> Cut:
        """The coarsest sums that tell these deals and groups apart."""
        told_apart = {*self.cut_by, self.group_by}
        if told_apart & {"owner", "team"}:
            return "owner_product" if "product" in told_apart else "owner"
        return "product" if "product" in told_apart else "all"


def grouped(name: str | None) -> GroupBy | None:
    """By what predictions can be grouped; None for anything else."""
    return _GROUPS.get(name or "")
