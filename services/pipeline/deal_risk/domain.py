"""A risk of a deal.

Its score is likelihood x impact, each 1 to 5 (a consequence/likelihood matrix, as IEC 31010 describes it): up
to 4 is low, up to 9 medium, from 10 high.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

RiskStatus = Literal["open", "mitigated", "occurred", "closed"]
Severity = Literal["low", "medium", "high"]
MEDIUM, HIGH = 5, 10


def severity_of(score: int) -> Severity:
    """How much a score matters."""
    return "high" if score >= HIGH else "medium" if score >= MEDIUM else "low"


@dataclass(frozen=True, slots=True, kw_only=True)
class DealRisk:
    """`accountable_id`: the member who sees to it. It stands while `open`; `occurred`: it came true."""

    id: UUID
    deal_id: UUID
    risk: str
    likelihood: int
    impact: int
    mitigation: str | None = None
    accountable_id: UUID | None = None
    status: RiskStatus = "open"
    recorded_by: str
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)

    @property
    def score(self) -> int:
        """Likelihood x impact, 1 to 25."""
        return self.likelihood * self.impact

    @property
    def severity(self) -> Severity:
        """By the score."""
        return severity_of(self.score)
