"""A competitor met in a deal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

CompetitorStatus = Literal["competing", "ahead", "behind", "out"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DealCompetitor:
    """Met until `removed_at`. `ahead`, `behind`: of us; `out`: of the running. `strengths`, `weaknesses`: in
    this deal."""

    id: UUID
    deal_id: UUID
    competitor_id: UUID
    status: CompetitorStatus = "competing"
    strengths: str | None = None
    weaknesses: str | None = None
    recorded_by: str
    removed_at: datetime | None = None
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
