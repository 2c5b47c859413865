"""What may happen to an idea for a lead source."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.leads.record.domain import Change, advanced, before_and_after
from shared.contracts.errors import DomainError

IdeaStatus = Literal["idea", "tried", "in_use", "dropped"]
STATUSES: tuple[IdeaStatus, ...] = ("idea", "tried", "in_use", "dropped")
_MAY_BECOME: Mapping[IdeaStatus, tuple[IdeaStatus, ...]] = {
    "idea": ("tried", "in_use", "dropped"),
    "tried": ("in_use", "dropped"),
    "in_use": ("dropped",),
    "dropped": ("idea",),
}


class IdeaError(DomainError):
    """A rule of ideas said no."""


@dataclass(frozen=True, slots=True)
class SourceIdea:
    """`source`: what leads name that come of it, once it is tried or in use. `result`: what came of it, in
    words. `steps`: every change of status with when, by whom and why, oldest first."""

    id: UUID
    name: str
    suggested_by: str
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    description: str | None = None
    status: IdeaStatus = "idea"
    source: str | None = None
    result: str | None = None
    tried_at: datetime | None = None
    adopted_at: datetime | None = None
    dropped_at: datetime | None = None
    steps: Sequence[Mapping[str, Any]] = ()
    archived_at: datetime | None = None

    def try_out(self, source: str | None, *, by: str, now: datetime) -> Change["SourceIdea"]:
        """It is tried: its leads name `source`, which is its name unless said otherwise."""
        return self._become("tried", by, now, source=source or self.source or self.name[:80], tried_at=now)

    def adopt(
        self, source: str | None, result: str | None, *, by: str, now: datetime
    ) -> Change["SourceIdea"]:
        """It is a lead source from now on."""
        named = source or self.source or self.name[:80]
        return self._become("in_use", by, now, source=named, result=result or self.result, adopted_at=now)

    def drop(self, result: str, *, by: str, now: datetime) -> Change["SourceIdea"]:
        """It is given up, and why."""
        return self._become("dropped", by, now, result=result, dropped_at=now)

    def take_up_again(self, *, by: str, now: datetime) -> Change["SourceIdea"]:
        """A dropped one is an idea again; what was known of it stays."""
        return self._become("idea", by, now, dropped_at=None)

    @property
    def counted_since(self) -> datetime | None:
        """Since when leads of its source are its own; None when it never had any."""
        return min((at for at in (self.tried_at, self.adopted_at) if at is not None), default=None)

    def _become(self, status: IdeaStatus, by: str, now: datetime, **changes: Any) -> Change["SourceIdea"]:
        if status not in _MAY_BECOME[self.status]:
            allowed = ", ".join(_MAY_BECOME[self.status])
            raise IdeaError(
                "idea_state",
                f"It is {self.status}; that may become {allowed}.",
                extra={"status": self.status},
            )
        step = {"at": now.isoformat(), "by": by, "status": status, "result": changes.get("result")}
        wanted = {"status": status, **changes, "steps": [*self.steps, step]}
        return Change(advanced(self, now, wanted), status, now, before_and_after(self, {"status": status}))
