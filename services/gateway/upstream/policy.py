"""When a service behind the front may be called: circuit breaker, retry budget, places in flight.

Pure: time is passed in (monotonic seconds). Must never break: a breaker never stays open for ever, and a late
answer from before it opened never closes it.
"""

from collections import deque
from dataclasses import dataclass, field
from enum import Enum


class State(Enum):
    """CLOSED: calls pass. OPEN: none. HALF_OPEN: a few probes decide."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Outcome(Enum):
    """UNREACHABLE: no answer, or 502 to 504. BROKEN: another 5xx. ABANDONED: tells nothing of the service."""

    SUCCEEDED = "succeeded"
    BROKEN = "broken"
    UNREACHABLE = "unreachable"
    ABANDONED = "abandoned"


@dataclass(frozen=True, slots=True)
class BreakerRules:
    """Opens after `consecutive` unreachable in a row, or when `ratio` of at least `least_calls` calls within
    `window_seconds` failed. Stays open `open_seconds`, doubled up to `longest_open_seconds` while probes
    fail; closes after `probes` good ones.
    """

    consecutive: int = 5
    ratio: float = 0.5
    least_calls: int = 20
    window_seconds: float = 10.0
    open_seconds: float = 1.0
    longest_open_seconds: float = 5.0
    probes: int = 2


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave to make one call; give it back with its outcome, exactly once."""

    generation: int


@dataclass(slots=True)
class CircuitBreaker:
    """One per upstream and process."""

    rules: BreakerRules = field(default_factory=BreakerRules)
    _state: State = State.CLOSED
    _generation: int = 0
    _calls: deque[tuple[float, bool]] = field(default_factory=deque)
    _failed: int = 0
    _in_a_row: int = 0
    _opened_until: float = 0.0
    _open_seconds: float = 0.0
    _probing: int = 0
    _probed: int = 0

    def state(self, now: float) -> State:
        """What a call at `now` would meet."""
        if self._state is State.OPEN and now >= self._opened_until:
            return State.HALF_OPEN
        return self._state

    def retry_after(self, now: float) -> float:
        """Seconds until a call is worth another try."""
        return max(0.0, self._opened_until - now) if self._state is State.OPEN else 0.0

    def admit(self, now: float) -> Permit | None:
        """A permit, or None: do not call."""
        if self._state is State.CLOSED:
            return Permit(self._generation)
        if self._state is State.OPEN:
            if now < self._opened_until:
                return None
            self._enter(State.HALF_OPEN)
        if self._probing >= self.rules.probes:
            return None
        self._probing += 1
        return Permit(self._generation)

    def settle(self, permit: Permit, outcome: Outcome, now: float) -> None:
        """Give a permit back. One from before the last change of state no longer counts."""
        if permit.generation != self._generation:
            return
        if self._state is State.HALF_OPEN:
            self._settle_probe(outcome, now)
        elif outcome is not Outcome.ABANDONED:
            self._count(outcome, now)

    def _settle_probe(self, outcome: Outcome, now: float) -> None:
        self._probing -= 1
        if outcome is Outcome.SUCCEEDED:
            self._probed += 1
            if self._probed >= self.rules.probes:
                self._open_seconds = 0.0
                self._enter(State.CLOSED)
        elif outcome is not Outcome.ABANDONED:
            self._open(now)

    def _count(self, outcome: Outcome, now: float) -> None:
        failed = outcome is not Outcome.SUCCEEDED
        self._calls.append((now, failed))
        self._failed += failed
        self._in_a_row = self._in_a_row + 1 if outcome is Outcome.UNREACHABLE else 0
        self._forget(now - self.rules.window_seconds)
        if failed and (self._in_a_row >= self.rules.consecutive or self._mostly_failed()):
            self._open(now)

    def _mostly_failed(self) -> bool:
        calls = len(self._calls)
        return calls >= self.rules.least_calls and self._failed >= self.rules.ratio * calls

    def _forget(self, before: float) -> None:
        while self._calls and self._calls[0][0] < before:
            self._failed -= self._calls.popleft()[1]

    def _open(self, now: float) -> None:
        longer = max(self.rules.open_seconds, self._open_seconds * 2)
        self._open_seconds = min(longer, self.rules.longest_open_seconds)
        self._opened_until = now + self._open_seconds
        self._enter(State.OPEN)

    def _enter(self, state: State) -> None:
        self._state = state
        self._generation += 1
        self._calls.clear()
        self._failed = self._in_a_row = self._probing = self._probed = 0


@dataclass(slots=True)
class RetryBudget:
    """Retries may add at most `share` to the load; a small reserve lets a quiet upstream be tried again."""

    share: float = 0.2
    most: float = 10.0
    _tokens: float = 10.0

    def earn(self) -> None:
        """A first try was made."""
        self._tokens = min(self.most, self._tokens + self.share)

    def spend(self) -> bool:
        """Whether one retry may be made."""
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True
