"""The circuit breaker against every order of events that hypothesis can think of, and its plain promises."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, precondition, rule

from services.gateway.upstream.policy import (
    BreakerRules,
    CircuitBreaker,
    Outcome,
    Permit,
    RetryBudget,
    State,
)

RULES = BreakerRules(
    consecutive=3,
    ratio=0.5,
    least_calls=6,
    window_seconds=10,
    open_seconds=1,
    longest_open_seconds=4,
    probes=2,
)


def call(breaker: CircuitBreaker, outcome: Outcome, now: float) -> bool:
    permit = breaker.admit(now)
    if permit is None:
        return False
    breaker.settle(permit, outcome, now)
    return True


def opened(now: float = 0.0) -> CircuitBreaker:
    breaker = CircuitBreaker(RULES)
    for _ in range(RULES.consecutive):
        call(breaker, Outcome.UNREACHABLE, now)
    return breaker


def test_it_opens_after_three_unreachable_in_a_row() -> None:
    breaker = opened()

    assert breaker.state(0.0) is State.OPEN
    assert breaker.admit(0.5) is None


def test_one_success_between_failures_starts_the_count_again() -> None:
    breaker = CircuitBreaker(RULES)
    for outcome in (Outcome.UNREACHABLE, Outcome.UNREACHABLE, Outcome.SUCCEEDED, Outcome.UNREACHABLE):
        call(breaker, outcome, 0.0)

    assert breaker.state(0.0) is State.CLOSED


def test_a_broken_half_of_enough_calls_opens_it() -> None:
    breaker = CircuitBreaker(RULES)
    for outcome in (Outcome.SUCCEEDED, Outcome.BROKEN) * 3:
        call(breaker, outcome, 0.0)

    assert breaker.state(0.0) is State.OPEN


def test_a_few_broken_answers_of_one_page_do_not_open_it() -> None:
    breaker = CircuitBreaker(RULES)
    for _ in range(RULES.least_calls - 1):
        call(breaker, Outcome.BROKEN, 0.0)

    assert breaker.state(0.0) is State.CLOSED


def test_failures_older_than_the_window_are_forgotten() -> None:
    breaker = CircuitBreaker(RULES)
    for _ in range(5):
        call(breaker, Outcome.BROKEN, 0.0)
    call(breaker, Outcome.BROKEN, 11.0)

    assert breaker.state(11.0) is State.CLOSED


def test_two_good_probes_close_it() -> None:
    breaker = opened()

    assert call(breaker, Outcome.SUCCEEDED, 1.0)
    assert breaker.state(1.0) is State.HALF_OPEN
    assert call(breaker, Outcome.SUCCEEDED, 1.0)
    assert breaker.state(1.0) is State.CLOSED


def test_only_two_probes_are_under_way_at_once() -> None:
    breaker = opened()

    permits = [breaker.admit(1.0) for _ in range(5)]

    assert sum(permit is not None for permit in permits) == 2


def test_every_failed_probe_doubles_the_wait_up_to_the_longest() -> None:
    breaker = opened()
    waits = []
    now = 0.0
    for _ in range(4):
        now += breaker.retry_after(now)
        call(breaker, Outcome.UNREACHABLE, now)
        waits.append(breaker.retry_after(now))

    assert waits == [2.0, 4.0, 4.0, 4.0]


def test_an_abandoned_probe_gives_its_place_to_another() -> None:
    breaker = opened()
    for _ in range(10):
        assert call(breaker, Outcome.ABANDONED, 1.0)

    assert breaker.state(1.0) is State.HALF_OPEN


def test_a_late_answer_from_before_it_opened_changes_nothing() -> None:
    breaker = CircuitBreaker(RULES)
    early = breaker.admit(0.0)
    assert early is not None
    for _ in range(3):
        call(breaker, Outcome.UNREACHABLE, 0.0)
    probe = breaker.admit(1.0)

    breaker.settle(early, Outcome.UNREACHABLE, 1.0)

    assert probe is not None
    assert breaker.state(1.0) is State.HALF_OPEN


def test_retries_add_at_most_a_fifth_to_the_load() -> None:
    budget = RetryBudget(share=0.2, most=10)
    retried = 0
    for _ in range(1000):
        budget.earn()
        retried += budget.spend()

    assert 200 <= retried <= 210


class BreakerMachine(RuleBasedStateMachine):
    """Any order of calls, answers and waiting, checked against what the breaker promises."""

    permits = Bundle("permits")

    def __init__(self) -> None:
        super().__init__()
        self.breaker = CircuitBreaker(RULES)
        self.now = 0.0
        self.outstanding: list[Permit] = []
        self.failures_seen = 0

    @rule(seconds=st.floats(0.01, 6))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @rule(target=permits)
    def ask(self) -> Permit | None:
        before = self.breaker.state(self.now)
        permit = self.breaker.admit(self.now)
        if before is State.CLOSED:
            assert permit is not None
        if before is State.OPEN:
            assert permit is None
        if permit is not None:
            self.outstanding.append(permit)
        return permit

    @rule(permit=consumes(permits), outcome=st.sampled_from(Outcome))
    def answer(self, permit: Permit | None, outcome: Outcome) -> None:
        if permit is None:
            return
        self.outstanding.remove(permit)
        self.failures_seen += outcome in (Outcome.BROKEN, Outcome.UNREACHABLE)
        self.breaker.settle(permit, outcome, self.now)

    @precondition(lambda self: not self.outstanding)
    @rule()
    def recover(self) -> None:
        """With nothing under way, waiting out the longest pause and two good answers always close it."""
        self.now += RULES.longest_open_seconds
        for _ in range(RULES.probes):
            assert call(self.breaker, Outcome.SUCCEEDED, self.now)
        assert self.breaker.state(self.now) is State.CLOSED

    @invariant()
    def it_never_opens_without_a_failure(self) -> None:
        if self.breaker.state(self.now) is not State.CLOSED:
            assert self.failures_seen > 0

    @invariant()
    def it_never_stays_open_longer_than_promised(self) -> None:
        assert self.breaker.retry_after(self.now) <= RULES.longest_open_seconds


TestBreakerMachine = BreakerMachine.TestCase
TestBreakerMachine.settings = settings(max_examples=150, stateful_step_count=40)
