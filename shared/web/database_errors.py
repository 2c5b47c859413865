"""What the database refused, as one of our codes: the caller learns what to do, never what the SQL was.

Must never break: an outage answers 503 with Retry-After, a broken constraint never answers 500 or 2xx.
"""

from collections.abc import Mapping

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

UNAVAILABLE = ("temporarily_unavailable", "The database does not answer right now.")
_BUSY = ("temporarily_unavailable", "Too many changes of the same record at once.")
_BY_STATE = {
    "23505": ("duplicate", "Another record holds the same unique value."),
    "23503": ("reference_unknown", "A referenced record does not exist."),
    "23502": ("validation_failed", "A required value is missing."),
    "23514": ("validation_failed", "A value is outside what is allowed."),
    "23P01": ("duplicate", "It overlaps with another record."),
    "40001": _BUSY,
    "40P01": _BUSY,
    "55P03": _BUSY,
    "57014": ("temporarily_unavailable", "The database took too long."),
    "25P03": ("temporarily_unavailable", "The transaction stood idle for too long."),
    "25P02": ("internal_error", "A failed statement was not handled."),
}
_BY_CLASS = {
    "08": UNAVAILABLE,
    "53": UNAVAILABLE,
    "57": UNAVAILABLE,
    "22": ("validation_failed", "A value does not fit its field."),
}


def constraint_of(error: DBAPIError) -> str | None:
    """The name of the violated constraint, when the error is about one."""
    cause = getattr(error.orig, "__cause__", None)
    name = getattr(cause, "constraint_name", None)
    return name if isinstance(name, str) else None


def refusal(
    error: DBAPIError | PoolTimeout | OSError, constraint_codes: Mapping[str, str]
) -> tuple[str, str] | None:
    """Code and detail, or None when it is a programming error (a 500)."""
    if not isinstance(error, DBAPIError):
        return UNAVAILABLE
    own = constraint_codes.get(constraint_of(error) or "")
    if own is not None:
        return own, "The change breaks a rule of the data."
    state = getattr(error.orig, "sqlstate", None)
    if not isinstance(state, str):
        return _without_state(error)
    return _BY_STATE.get(state) or _BY_CLASS.get(state[:2])


def _without_state(error: DBAPIError) -> tuple[str, str] | None:
    """The driver refused by itself: a lost connection, or a value it could not encode."""
    kind = type(getattr(error.orig, "__cause__", None)).__name__
    if error.connection_invalidated or kind in {"InterfaceError", "ConnectionDoesNotExistError"}:
        return UNAVAILABLE
    return _BY_CLASS["22"] if kind == "DataError" else None
