"""When a gap is beyond its limit, and when it is well within again."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from services.forecast.gap.domain.parts import Method
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.events.forecast_alert import Severity

PeriodKind = Literal["week", "month", "quarter", "year"]
Standing = Literal["beyond", "between", "within"]
CHECK = "gap.check"
"""The kind of work that looks at one node: a team, or all (`EVERYBODY`)."""
EVERYBODY = UUID(int=0)


class GapRuleError(DomainError):
    """Why a rule was not set."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`share` of what should have been won by now, from `critical` on it is critical; and at least `minimum`,
    in base currency. Looked at from `from_share` of the period's working days on; well within again at
    `clears_at` of the limit."""

    share: Decimal = Decimal("0.1")
    critical: Decimal = Decimal("0.2")
    minimum: Decimal = Decimal(0)
    from_share: Decimal = Decimal("0.2")
    clears_at: Decimal = Decimal("0.8")

    def checked(self) -> "Limits":
        """Refuses with `validation_failed` a critical limit below the limit."""
        if self.critical < self.share:
            detail = "What is critical is not below the limit."
            raise GapRuleError("validation_failed", detail, [FieldError("/critical", "out_of_range", detail)])
        return self

    def amount(self, forecast: Decimal) -> Decimal:
        """From which gap on it is beyond the limit."""
        return max(forecast * self.share, self.minimum)

    def standing(self, gap: Decimal, forecast: Decimal, passed: Decimal) -> Standing:
        """Of a gap when `passed` of the period is over. Between the limit and well within nothing changes, so
        that a gap that stands at its limit does not raise and resolve its alert in turn."""
        if gap <= self.amount(forecast) * self.clears_at:
            return "within"
        is_beyond = forecast > 0 and gap >= self.amount(forecast) and passed >= self.from_share
        return "beyond" if is_beyond else "between"

    def severity(self, share: Decimal) -> Severity:
        """Of a gap beyond the limit."""
        return "critical" if share >= self.critical else "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRule:
    """Of one team, or (`team_id` None) of all and of each team that has none of its own."""

    id: UUID
    team_id: UUID | None = None
    active: bool = True
    period: PeriodKind = "quarter"
    method: Method | None = None
    limits: Limits = field(default_factory=Limits)
    version: int = 1
    created_at: datetime
    updated_at: datetime
