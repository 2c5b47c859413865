"""A target: the amount to be won in a period by everybody, by one team or member, of one product, or in one
territory or country."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from shared.contracts.errors import DomainError, FieldError
from shared.contracts.events.forecast_target import TargetSet, TargetState, TargetWithdrawn
from shared.contracts.money import Money
from shared.contracts.periods import Period


class TargetError(DomainError):
    """Why a target was not changed."""


AIMS = ("team_id", "owner_id", "product_id", "territory_id", "country")


@dataclass(frozen=True, slots=True)
class Aim:
    """Whose target it is: at most one of these; none means the whole organisation."""

    team_id: UUID | None = None
    owner_id: UUID | None = None
    product_id: UUID | None = None
    territory_id: UUID | None = None
    country: str | None = None

    def values(self) -> dict[str, Any]:
        """Each of these, by name."""
        return {name: getattr(self, name) for name in AIMS}

    def checked(self) -> "Aim":
        """Refuses more than one with `validation_failed`."""
        given = [name for name in AIMS if getattr(self, name) is not None]
        if len(given) > 1:
            detail = (
                "A target is for one team, member, product, territory or country, not for several at once."
            )
            raise TargetError(
                "validation_failed",
                detail,
                [FieldError(f"/{name}", "only_one_allowed", detail) for name in given],
            )
        return self


@dataclass(frozen=True, slots=True)
class Target:
    """`base_amount` is the amount in the organisation's currency at the rate of the period's first day."""

    id: UUID
    period: Period
    aim: Aim
    amount: Money
    base_amount: Money
    version: int
    created_at: datetime
    updated_at: datetime
    withdrawn: bool = False

    def amended(self, amount: Money, base_amount: Money, *, now: datetime) -> tuple["Target", TargetSet]:
        """The target with another amount."""
        after = replace(
            self, amount=amount, base_amount=base_amount, version=self.version + 1, updated_at=now
        )
        return after, TargetSet(changed=("amount",), **_state(after))

    def taken_back(self, *, now: datetime) -> tuple["Target", TargetWithdrawn]:
        """The target withdrawn; it no longer counts."""
        after = replace(self, withdrawn=True, version=self.version + 1, updated_at=now)
        return after, TargetWithdrawn(changed=("withdrawn",), **_state(after))


def new_target(
    target_id: UUID, period: Period, aim: Aim, *, amount: Money, base_amount: Money, now: datetime
) -> tuple[Target, TargetSet]:
    """A target nobody set before. Refuses an aim at several things at once, and an amount below 0."""
    target = Target(target_id, period, aim.checked(), not_negative(amount), base_amount, 1, now, now)
    changed = ("period", "amount", *(name for name in AIMS if getattr(aim, name) is not None))
    return target, TargetSet(changed=changed, **_state(target))


def not_negative(amount: Money) -> Money:
    """The amount, unless it is below 0."""
    if amount.amount < Decimal(0):
        detail = "A target is not below 0."
        raise TargetError("validation_failed", detail, [FieldError("/amount/amount", "out_of_range", detail)])
    return amount


def _state(target: Target) -> dict[str, object]:
    state = TargetState(
        target_id=target.id,
        period=target.period.name,
        starts_on=target.period.starts_on,
        ends_on=target.period.ends_on,
        amount=target.amount,
        created_at=target.created_at,
        **target.aim.values(),
        withdrawn=target.withdrawn,
    )
    return {name: getattr(state, name) for name in TargetState.model_fields if name != "changed"}
