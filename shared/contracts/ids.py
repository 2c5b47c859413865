"""Identifiers of aggregates and events: UUIDv7, so an index stays local and ids sort by time of birth."""

from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A fresh UUIDv7. Its first 48 bits are the creation time in ms, so it is no secret."""
    return uuid7()
