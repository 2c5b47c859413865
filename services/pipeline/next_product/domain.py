"""Association rules between products: who bought this has bought that as well (Agrawal, Imielinski and Swami,
"Mining association rules between sets of items in large databases", 1993)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt
from uuid import UUID

from shared.reporting.figures import ratio

LEAST_ACCOUNTS = 20
"""Fewer accounts that bought say nothing about others."""
LEAST_TOGETHER = 3
"""Fewer accounts that bought both are chance."""
_Z = 1.6449
"""Of a one-sided 95 % bound."""


@dataclass(frozen=True, slots=True)
class Association:
    """Of `accounts` that bought anything, so many bought `because`, `product`, and both."""

    because: UUID
    product: UUID
    accounts: int
    with_because: int
    with_product: int
    with_both: int

    @property
    def support(self) -> Decimal | None:
        """Accounts with both / accounts."""
        return ratio(self.with_both, self.accounts)

    @property
    def confidence(self) -> Decimal | None:
        """Accounts with both / accounts with the product bought."""
        return ratio(self.with_both, self.with_because)

    @property
    def lift(self) -> Decimal | None:
        """Confidence / share of all accounts that bought the other product."""
        return ratio(self.with_both * self.accounts, self.with_because * self.with_product)

    @property
    def confidence_at_least(self) -> float:
        """The lower bound of the confidence, one-sided 95 % (Wilson, 1927)."""
        n, p = self.with_because, self.with_both / self.with_because
        margin = _Z * sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
        return max(0.0, (p + _Z**2 / (2 * n) - margin) / (1 + _Z**2 / n))

    @property
    def holds(self) -> bool:
        """Whether it is more than chance: often enough, and surely more likely than for anybody."""
        return (
            self.with_both >= LEAST_TOGETHER and self.confidence_at_least > self.with_product / self.accounts
        )


def suggested(associations: Sequence[Association], most: int) -> list[Association]:
    """For each product the strongest reason that holds, the most likely product first."""
    best: dict[UUID, Association] = {}
    for each in filter(lambda each: each.holds, associations):
        known = best.get(each.product)
        if known is None or _rank(each) > _rank(known):
            best[each.product] = each
    return sorted(best.values(), key=_rank, reverse=True)[:most]


def _rank(each: Association) -> tuple[float, int, str]:
    return each.confidence_at_least, each.with_both, str(each.product)
