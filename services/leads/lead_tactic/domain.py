"""A tactic to bring leads."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from shared.contracts.errors import DomainError, FieldError
from shared.contracts.money import Money


class TacticError(DomainError):
    """A tactic that cannot be."""


@dataclass(frozen=True, slots=True)
class Tactic:
    """A plan for a span of days. What it brings are the leads that then name its sources or campaigns."""

    id: UUID
    name: str
    starts_on: date
    ends_on: date
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    description: str | None = None
    owner_id: UUID | None = None
    sources: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
    budget: Money | None = None
    cost: Money | None = None
    expected_leads: int | None = None
    expected_revenue: Money | None = None
    archived_at: datetime | None = None

    def check(self) -> None:
        """Refuses an end before the start, and a tactic by which no lead could be told."""
        if self.ends_on < self.starts_on:
            detail = "It ends before it starts."
            raise TacticError("validation_failed", detail, [FieldError("/ends_on", "before_start", detail)])
        if not self.sources and not self.campaigns:
            detail = "Name a source or a campaign: by them its leads are counted."
            raise TacticError("validation_failed", detail, [FieldError("/sources", "required", detail)])
