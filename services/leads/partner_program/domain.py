"""A programme and its tiers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from shared.contracts.errors import DomainError, FieldError


class PartnerProgramError(DomainError):
    """A programme that cannot be."""


@dataclass(frozen=True, slots=True)
class Tier:
    """Who won at least `from_revenue` gets `reward_rate` (0 to 1) of all that was won."""

    name: str
    from_revenue: Decimal
    currency: str
    reward_rate: Decimal


@dataclass(frozen=True, slots=True)
class PartnerProgram:
    """`rules` are in words. `tiers`: name, from_revenue (money) and reward_rate of each, the lowest first."""

    id: UUID
    name: str
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    rules: str | None = None
    tiers: Sequence[Mapping[str, Any]] = ()
    active: bool = True
    archived_at: datetime | None = None

    def ladder(self) -> list[Tier]:
        """The tiers as values."""
        return [
            Tier(
                each["name"],
                Decimal(each["from_revenue"]["amount"]),
                each["from_revenue"]["currency"],
                Decimal(str(each["reward_rate"])),
            )
            for each in self.tiers
        ]

    def tier_for(self, revenue: Decimal, currency: str) -> Tier | None:
        """The highest tier that this revenue reaches; None when it reaches none."""
        reached = [
            tier for tier in self.ladder() if tier.currency == currency and tier.from_revenue <= revenue
        ]
        return reached[-1] if reached else None

    def check(self, currency: str) -> None:
        """Refuses thresholds in another currency than the organisation's, and tiers out of order."""
        before: Decimal | None = None
        for place, tier in enumerate(self.ladder()):
            pointer = f"/tiers/{place}/from_revenue"
            if tier.currency != currency:
                detail = f"Thresholds are in the organisation's currency, {currency}."
                found = FieldError(f"{pointer}/currency", "currency_mismatch", detail)
                raise PartnerProgramError("currency_mismatch", detail, [found])
            if before is not None and tier.from_revenue <= before:
                detail = "Each tier begins above the one before it."
                found = FieldError(pointer, "out_of_order", detail)
                raise PartnerProgramError("validation_failed", detail, [found])
            before = tier.from_revenue
