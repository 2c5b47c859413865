"""What passes by itself, and when so much fails that the worker stops."""

import asyncpg
import pytest
from aiokafka.errors import KafkaConnectionError
from hypothesis import given
from hypothesis import strategies as some
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from shared.contracts.errors import DomainError
from shared.messaging.failures import FailureCount, Limits, TooManyFailures, is_transient
from shared.messaging.waiting import backoff


def from_the_driver(error: Exception) -> DBAPIError:
    return DBAPIError("SELECT 1", None, error)


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        OSError("Multiple exceptions"),
        TimeoutError(),
        PoolTimeout("no connection free"),
        KafkaConnectionError("no broker"),
        asyncpg.InterfaceError("connection is closed"),
        from_the_driver(asyncpg.DeadlockDetectedError("deadlock")),
        from_the_driver(asyncpg.SerializationError("again")),
        from_the_driver(asyncpg.LockNotAvailableError("lock timeout")),
        from_the_driver(asyncpg.ConnectionDoesNotExistError("gone")),
        from_the_driver(asyncpg.AdminShutdownError("shutting down")),
        from_the_driver(asyncpg.CannotConnectNowError("starting up")),
        from_the_driver(asyncpg.TooManyConnectionsError("full")),
        from_the_driver(asyncpg.InternalClientError("cannot switch to state")),
    ],
    ids=lambda error: type(getattr(error, "orig", None) or error).__name__,
)
def test_trouble_with_the_surroundings_passes(error: Exception) -> None:
    assert is_transient(error)


@pytest.mark.parametrize(
    "error",
    [
        ValueError("bad"),
        KeyError("stage"),
        DomainError("deal_closed", "The deal is closed."),
        FileNotFoundError("rates.csv"),
        from_the_driver(asyncpg.UniqueViolationError("twice")),
        from_the_driver(asyncpg.NotNullViolationError("missing")),
        from_the_driver(asyncpg.UndefinedTableError("no table")),
        from_the_driver(asyncpg.DataError("invalid input for query argument $1")),
    ],
    ids=lambda error: type(getattr(error, "orig", None) or error).__name__,
)
def test_an_error_of_the_event_or_the_handler_does_not_pass(error: Exception) -> None:
    assert not is_transient(error)


def test_one_failure_more_than_allowed_in_a_row_stops() -> None:
    failures = FailureCount(Limits(consecutive=3), "events failed")
    for _ in range(3):
        failures.failed()

    with pytest.raises(TooManyFailures, match="3 events failed in a row"):
        failures.failed()


def test_a_success_starts_the_row_anew() -> None:
    failures = FailureCount(Limits(consecutive=3), "events failed")

    for _ in range(50):
        failures.failed()
        failures.failed()
        failures.succeeded()


def test_failures_from_before_a_restart_count() -> None:
    failures = FailureCount(Limits(consecutive=3), "events failed", consecutive=3)

    with pytest.raises(TooManyFailures):
        failures.failed()


def test_too_large_a_share_stops_even_when_never_in_a_row() -> None:
    failures = FailureCount(Limits(consecutive=20, ratio=0.3, window=100), "events failed")

    with pytest.raises(TooManyFailures, match="of the last 100"):
        for _ in range(100):
            failures.succeeded()
            failures.failed()


def test_one_percent_of_poison_never_stops() -> None:
    failures = FailureCount(Limits(), "events failed")

    for _ in range(1_000):
        failures.failed()
        failures.succeeded(99)


@given(some.integers(0, 10_000))
def test_a_pause_is_never_longer_than_its_limit_and_never_nothing(attempt: int) -> None:
    assert 0.05 <= backoff(attempt, first=0.1, longest=5.0) <= 5.0
