"""GCRA and its headers."""

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.rate_limit.domain import Policy, decide, header_value
from services.gateway.rate_limit.limiter import RateLimiter
from tests.gateway.clock import Clock

TEN_A_MINUTE = Policy("test", 10, 60)


def test_the_whole_quota_may_be_spent_at_once_and_then_no_more() -> None:
    limiter = RateLimiter({"test": TEN_A_MINUTE}, Clock())

    decisions = [limiter.spend("test", "a")[0] for _ in range(11)]

    assert [decision.allowed for decision in decisions] == [True] * 10 + [False]
    assert [decision.remaining for decision in decisions] == [9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0]


def test_one_request_comes_back_after_one_interval() -> None:
    clock = Clock()
    limiter = RateLimiter({"test": TEN_A_MINUTE}, clock)
    for _ in range(10):
        limiter.spend("test", "a")
    refused, _ = limiter.spend("test", "a")

    clock.now += refused.retry_after

    assert 5.99 < refused.retry_after <= 6.0
    assert limiter.spend("test", "a")[0].allowed
    assert not limiter.spend("test", "a")[0].allowed


def test_callers_do_not_share_a_quota() -> None:
    limiter = RateLimiter({"test": Policy("test", 1, 60)}, Clock())

    assert limiter.spend("test", "a")[0].allowed
    assert limiter.spend("test", "b")[0].allowed
    assert not limiter.spend("test", "a")[0].allowed


def test_the_headers_follow_the_draft() -> None:
    limiter = RateLimiter({"test": TEN_A_MINUTE}, Clock())

    _, headers = limiter.spend("test", "a")

    assert headers == [(b"ratelimit-policy", b'"test";q=10;w=60'), (b"ratelimit", b'"test";r=9;t=6')]


@given(
    quota=st.integers(1, 50),
    window=st.integers(1, 100),
    gaps=st.lists(st.floats(0, 20, allow_nan=False), max_size=200),
)
def test_no_window_ever_lets_through_more_than_twice_the_quota(
    quota: int, window: int, gaps: list[float]
) -> None:
    policy = Policy("any", quota, window)
    now, whole_at = 0.0, 0.0
    allowed: list[float] = []
    for gap in gaps:
        now += gap
        decision = decide(policy, whole_at, now)
        whole_at = decision.whole_at
        if decision.allowed:
            allowed.append(now)

    most = max((sum(1 for at in allowed if start <= at < start + window) for start in allowed), default=0)

    assert most <= 2 * quota


@given(quota=st.integers(1, 1000), window=st.integers(1, 3600), spent=st.integers(0, 1200))
def test_remaining_is_what_can_still_be_spent_right_now(quota: int, window: int, spent: int) -> None:
    policy = Policy("any", quota, window)
    whole_at = 0.0
    decision = decide(policy, whole_at, 5.0)
    for _ in range(min(spent, quota - 1)):
        whole_at = decision.whole_at
        decision = decide(policy, whole_at, 5.0)

    assert decision.remaining == quota - 1 - min(spent, quota - 1)
    assert header_value(policy, decision).startswith(f'"any";r={decision.remaining};t=')
