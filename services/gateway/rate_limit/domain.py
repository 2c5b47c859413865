"""GCRA: a caller may spend its whole quota at once and gets it back evenly over the window.

One number per caller is kept: the instant at which the quota will be whole again.
Source: ITU-T I.371 (virtual scheduling); header fields of draft-ietf-httpapi-ratelimit-headers-10.
"""

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Policy:
    """`quota` requests in `window_seconds`; `name` is what the headers call it."""

    name: str
    quota: int
    window_seconds: int

    @property
    def interval(self) -> float:
        """Seconds in which one request is given back."""
        return self.window_seconds / self.quota

    @property
    def header(self) -> str:
        """The value of `RateLimit-Policy`."""
        return f'"{self.name}";q={self.quota};w={self.window_seconds}'


@dataclass(frozen=True, slots=True)
class Decision:
    """`whole_at` is kept for the caller; `retry_after` (s) is 0 when the request is allowed."""

    allowed: bool
    remaining: int
    reset_seconds: int
    retry_after: float
    whole_at: float


def decide(policy: Policy, whole_at: float, now: float) -> Decision:
    """One request at `now` (monotonic seconds) of a caller whose quota is whole again at `whole_at`.

    A refused request costs nothing.
    """
    begun = max(whole_at, now)
    spent = begun + policy.interval
    wait = spent - policy.window_seconds - now
    if wait > _ROUNDING:
        return Decision(False, 0, math.ceil(begun - now), wait, whole_at)
    remaining = int((policy.window_seconds - (spent - now)) / policy.interval + _ROUNDING)
    return Decision(True, remaining, math.ceil(spent - now), 0.0, spent)


def header_value(policy: Policy, decision: Decision) -> str:
    """The value of `RateLimit`: what is left, and in how many seconds the quota is whole again."""
    return f'"{policy.name}";r={decision.remaining};t={decision.reset_seconds}'


_ROUNDING = 1e-6
