"""Bodies and answers about rules of gaps."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.forecast.gap.domain.parts import Method
from services.forecast.gap_rule.domain import GapRule, Limits, PeriodKind
from shared.reporting.schemas import Ratio

_Share = Annotated[Decimal, Field(gt=0, le=10, max_digits=6, decimal_places=4)]
_Part = Annotated[Decimal, Field(ge=0, le=1, max_digits=5, decimal_places=4)]


class GapRuleIn(BaseModel):
    """Of one team, or without `team_id` of all and of each team that has no rule of its own.

    An alert is raised when the gap is at least `share` of what should have been won by now and at least
    `minimum` (base currency), once `from_share` of the period's working days are over; critical from
    `critical` on; resolved by itself at `clears_at` of the limit. `method`: by default the first
    that is known.
    """

    model_config = ConfigDict(extra="forbid")

    team_id: UUID | None = None
    active: bool = True
    period: PeriodKind = "quarter"
    method: Method | None = None
    share: _Share = Decimal("0.1")
    critical: _Share | None = Field(
        default=None, description="By default 0.2, or `share` where that is more."
    )
    minimum: Annotated[Decimal, Field(ge=0, max_digits=18, decimal_places=2)] = Decimal(0)
    from_share: _Part = Decimal("0.2")
    clears_at: _Part = Decimal("0.8")

    def limits(self) -> Limits:
        """Those of the rule."""
        given = {name: getattr(self, name) for name in Limits.__dataclass_fields__ if name != "critical"}
        critical = max(Limits().critical, self.share) if self.critical is None else self.critical
        return Limits(critical=critical, **given)


class GapRuleOut(BaseModel):
    """As it was set; amounts in base currency."""

    id: UUID
    team_id: UUID | None
    active: bool
    period: PeriodKind
    method: Method | None
    share: Ratio
    critical: Ratio
    minimum: Decimal
    from_share: Ratio
    clears_at: Ratio
    version: int
    created_at: datetime
    updated_at: datetime


def rule_out(rule: GapRule) -> GapRuleOut:
    """The rule as the API shows it."""
    limits = Limits.__dataclass_fields__
    plain = [name for name in GapRuleOut.model_fields if name not in limits]
    return GapRuleOut(
        **{name: getattr(rule, name) for name in plain},
        **{name: getattr(rule.limits, name) for name in limits},
    )
