"""A service's database in tests."""

from shared.persistence.database import Database
from tests.support.waiting import HANG_SECONDS


def patient_database(url: str, *, name: str, pool_size: int) -> Database:
    """None of its limits, which in production keep one request from holding up others, ends a test on a
    slow machine."""
    milliseconds = round(HANG_SECONDS * 1000)
    return Database(
        url,
        name=name,
        pool_size=pool_size,
        pool_timeout=HANG_SECONDS,
        lock_timeout_ms=milliseconds,
        statement_timeout_ms=milliseconds,
    )
