"""When it is reckoned anew, and what is kept of earlier runs. Needs no numpy."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

NIGHTLY = "prediction.nightly"
"""The kind of work that asks for a run every night."""
RUN = "prediction.run"
"""The kind of work that is one run."""
SUBJECT = UUID(int=0)
"""There is one row of nights."""
State = Literal["ok", "insufficient_history"]
KEPT_STARTS = 15
"""So many months' starts keep the chances of each deal."""
KEPT_WEEKS = 27
"""So many weeks' starts: those of the running quarter and the last."""
_SHORTEST = timedelta(seconds=10)
_SHARE = 20


@dataclass(frozen=True, slots=True)
class LastRun:
    """When it ended, how long it took, and up to when the ledger was known."""

    finished_at: datetime
    seconds: float
    known_until: datetime | None

    def may_follow_at(self) -> datetime:
        """After changes the next run waits so long that a worker is never busy with it all the time."""
        return self.finished_at + max(_SHORTEST, timedelta(seconds=_SHARE * self.seconds))


def next_due(last: LastRun | None, known_until: datetime | None, now: datetime) -> bool:
    """Whether deals have changed since, and it is time."""
    if known_until is None:
        return False
    if last is None:
        return True
    return known_until != last.known_until and now >= last.may_follow_at()
