"""A service's database in tests."""

from functools import cache

from shared.persistence.database import Database
from tests.support.waiting import HANG_SECONDS


def patient_database(url: str, *, name: str, pool_size: int) -> Database:
    """None of its limits, which in production keep one request from holding up others, ends a test on a
    slow machine.

    The same for one test after the other, each of which closes its connections: what was compiled of a
    statement for one test need not be for the next.
    """
    database = _patient_database(url, name, pool_size)
    database.after_commit.clear()
    return database


@cache
def _patient_database(url: str, name: str, pool_size: int) -> Database:
    milliseconds = round(HANG_SECONDS * 1000)
    return Database(
        url,
        name=name,
        pool_size=pool_size,
        pool_timeout=HANG_SECONDS,
        lock_timeout_ms=milliseconds,
        statement_timeout_ms=milliseconds,
    )
