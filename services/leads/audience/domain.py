"""An audience, as data."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from shared.contracts.errors import DomainError, FieldError


@dataclass(frozen=True, slots=True)
class Audience:
    """Leads for which `condition` holds belong to it. An inactive one takes no more notice of leads.

    `plan`: the plan it belongs to; `starts_on`, `ends_on`: the days for which that plans, both included.
    """

    id: UUID
    name: str
    condition: str
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    description: str | None = None
    plan: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    active: bool = True
    archived_at: datetime | None = None

    def days(self, today: date) -> tuple[date, date] | None:
        """The days it plans for, until today without an end; None before they begin."""
        if self.starts_on is None or (self.ends_on is None and self.starts_on > today):
            return None
        return self.starts_on, self.ends_on or today

    def check(self) -> None:
        """Refuses an end before the start."""
        if self.starts_on is not None and self.ends_on is not None and self.ends_on < self.starts_on:
            detail = "It ends before it starts."
            raise DomainError("validation_failed", detail, [FieldError("/ends_on", "before_start", detail)])
