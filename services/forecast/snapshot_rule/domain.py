"""How long the snapshots of days are kept with which no period begins; the others stay for ever."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from shared.contracts.errors import DomainError

LEAST_DAYS, USUAL_DAYS, MOST_DAYS = 7, 400, 3660


@dataclass(frozen=True, slots=True)
class Rules:
    """Version 0 is that nobody has set any."""

    daily_days: int = USUAL_DAYS
    version: int = 0
    updated_at: datetime | None = None
    author_id: UUID | None = None

    def kept_since(self, taken_at: datetime) -> datetime:
        """What was taken earlier goes when a snapshot is taken."""
        return taken_at - timedelta(days=self.daily_days)

    def changed(self, daily_days: int, *, by: UUID | None, expected: int | None, now: datetime) -> "Rules":
        """The next version. Refuses with `version_conflict`."""
        if expected not in (None, self.version):
            raise DomainError("version_conflict", "The rules were changed meanwhile.")
        return replace(self, daily_days=daily_days, version=self.version + 1, updated_at=now, author_id=by)
