"""Which errors pass by themselves, and when so much fails that going on would do harm.

Must never break: an error of the database or the network is waited for, never blamed on an event.
"""

from collections import deque
from dataclasses import dataclass

import asyncpg
from aiokafka.errors import KafkaError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# serialization_failure, deadlock_detected, lock_not_available, query_canceled, too_many_connections,
# idle_in_transaction_session_timeout, read_only_sql_transaction; and the classes of connection trouble,
# resources and operator intervention.
_TRANSIENT_STATES = {"40001", "40P01", "55P03", "57014", "53300", "25P03", "25006"}
_TRANSIENT_CLASSES = ("08", "53", "57", "58")


# Errors of files are OSErrors too, and a file does not appear by waiting.
_OF_FILES = FileNotFoundError | FileExistsError | IsADirectoryError | NotADirectoryError | PermissionError


def is_transient(error: BaseException) -> bool:
    """Whether trying again later, with nothing else changed, can succeed."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or _is_passing(error.driver_exception)
    if isinstance(error, OSError):
        return not isinstance(error, _OF_FILES)
    return isinstance(error, PoolTimeout | KafkaError) or _is_passing(error)


def _is_passing(error: BaseException | None) -> bool:
    if isinstance(error, asyncpg.InternalClientError):
        return True  # the server was killed in the middle of an answer
    if isinstance(error, asyncpg.InterfaceError):
        return "closed" in str(error)  # others are wrong use: arguments of a wrong type among them
    state = getattr(error, "sqlstate", None) or ""
    return state in _TRANSIENT_STATES or state.startswith(_TRANSIENT_CLASSES)


class TooManyFailures(Exception):
    """So much fails that something else than single events is wrong. Stop, and let a person look."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`consecutive` failures without a success, or a share of `ratio` in the last `window`, is too much.

    An aggregate is tried `attempts` times before it is parked.
    """

    consecutive: int = 20
    ratio: float = 0.5
    window: int = 200
    attempts: int = 3


class FailureCount:
    """Counts one kind of failure. `failed` refuses by raising TooManyFailures *before* harm is done."""

    def __init__(self, limits: Limits, what: str, *, consecutive: int = 0) -> None:
        self._limits = limits
        self._what = what
        self._consecutive = consecutive
        self._recent: deque[bool] = deque(maxlen=limits.window)

    def succeeded(self, count: int = 1) -> None:
        """So many events went well."""
        if count:
            self._consecutive = 0
            self._recent.extend([False] * min(count, self._limits.window))

    def failed(self) -> None:
        """One more failed; raises when it is one too many."""
        if self._consecutive + 1 > self._limits.consecutive:
            raise TooManyFailures(f"{self._consecutive} {self._what} in a row")
        self._consecutive += 1
        self._recent.append(True)
        share = sum(self._recent) / self._limits.window
        if len(self._recent) == self._limits.window and share > self._limits.ratio:
            raise TooManyFailures(f"{share:.0%} of the last {self._limits.window} were {self._what}")
