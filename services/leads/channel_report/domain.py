"""What a channel brought for what it cost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from services.leads.lead_source.domain import Yield, cost_of_each


@dataclass(frozen=True, slots=True)
class ChannelResult:
    """`margin`: which part of revenue is left after the cost of what was sold; None when nobody says."""

    found: Yield = field(default_factory=Yield)
    cost: Decimal = Decimal(0)
    margin: Decimal | None = None

    @property
    def cost_per_lead(self) -> Decimal | None:
        """Cost / received; None without leads."""
        return cost_of_each(self.cost, self.found.received)

    @property
    def profit(self) -> Decimal | None:
        """Won revenue x margin - cost; None while the margin is unknown."""
        return None if self.margin is None else self.found.won_revenue * self.margin - self.cost

    @property
    def worth(self) -> Decimal:
        """What channels are ranked by: profit, or won revenue less cost while the margin is unknown."""
        return self.profit if self.profit is not None else self.found.won_revenue - self.cost


def ranks(results: Mapping[str | None, ChannelResult]) -> dict[str | None, int | None]:
    """1 for the channel that is worth most; equals share a rank. None for leads without a channel."""
    worths = [each.worth for key, each in results.items() if key is not None]
    return {
        key: None if key is None else 1 + sum(worth > each.worth for worth in worths)
        for key, each in results.items()
    }
