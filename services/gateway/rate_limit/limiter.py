"""The limits of one process, in memory. With N processes behind a balancer a caller has N times the quota."""

import time
from collections.abc import Callable, Mapping

from services.gateway.rate_limit.domain import Decision, Policy, decide, header_value

Header = tuple[bytes, bytes]
_MOST = 100_000


class RateLimiter:
    """`spend` counts one request of `caller` under a policy."""

    def __init__(self, policies: Mapping[str, Policy], now: Callable[[], float] = time.monotonic) -> None:
        self._policies = policies
        self._now = now
        self._whole_at: dict[tuple[str, str], float] = {}
        self._policy_headers = {
            name: (b"ratelimit-policy", policy.header.encode()) for name, policy in policies.items()
        }

    def spend(self, policy_name: str, caller: str) -> tuple[Decision, list[Header]]:
        """Whether the request may go on, and the headers its answer carries."""
        policy = self._policies[policy_name]
        now = self._now()
        key = (policy_name, caller)
        decision = decide(policy, self._whole_at.get(key, 0.0), now)
        if len(self._whole_at) >= _MOST and key not in self._whole_at:
            self._forget(now)
        self._whole_at[key] = decision.whole_at
        return decision, [
            self._policy_headers[policy_name],
            (b"ratelimit", header_value(policy, decision).encode()),
        ]

    def policy_header(self, policy_name: str) -> Header:
        """What an answer says when nobody was counted."""
        return self._policy_headers[policy_name]

    def _forget(self, now: float) -> None:
        """Drop whoever has its whole quota back; when nobody has, the oldest tenth."""
        self._whole_at = {key: at for key, at in self._whole_at.items() if at > now}
        for key in list(self._whole_at)[: max(0, len(self._whole_at) - _MOST * 9 // 10)]:
            del self._whole_at[key]
