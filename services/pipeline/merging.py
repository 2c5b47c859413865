"""Edits of different fields merge; an edit of the same field is refused with base, theirs and yours."""

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

from pydantic_core import to_jsonable_python
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.tables import MESSAGING
from shared.contracts.errors import DomainError
from shared.web.merge import check_or_merge

_OWN = "custom."


class Versioned(Protocol):
    """A record with a version, and the version in which each field last changed."""

    @property
    def id(self) -> UUID: ...
    @property
    def version(self) -> int: ...
    @property
    def field_versions(self) -> Mapping[str, int]: ...


async def merged(
    connection: AsyncConnection, record: Versioned, fields: Mapping[str, Any], *, seen_version: int | None
) -> dict[str, Any]:
    """The fields still to change. `seen_version`: what the caller read, None for "whatever it is now".

    Refuses with `version_conflict`; its `conflict` shows base, theirs and yours as the API shows them.
    """
    changes = _each_for_itself(fields)
    try:
        left = check_or_merge(
            changes,
            current={name: _value_of(record, name) for name in changes},
            version=record.version,
            field_versions=record.field_versions,
            seen_version=record.version if seen_version is None else seen_version,
        )
    except DomainError as refused:
        conflict = refused.extra.get("conflict")
        if isinstance(conflict, dict) and conflict:
            base = await _published(connection, record.id, seen_version or 0)
            refused.extra["conflict"] = {
                name: to_jsonable_python({**values, "base": _published_value(base, name)})
                for name, values in conflict.items()
            }
        raise
    return _together(left)


def _each_for_itself(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Own fields as `custom.key`: each merges and conflicts for itself."""
    plain = {name: value for name, value in fields.items() if name != "custom"}
    return plain | {f"{_OWN}{key}": value for key, value in (fields.get("custom") or {}).items()}


def _together(changes: Mapping[str, Any]) -> dict[str, Any]:
    own = {name.removeprefix(_OWN): value for name, value in changes.items() if name.startswith(_OWN)}
    plain = {name: value for name, value in changes.items() if not name.startswith(_OWN)}
    return plain | {"custom": own} if own else plain


def _value_of(record: Versioned, name: str) -> Any:
    if name.startswith(_OWN):
        return record.custom.get(name.removeprefix(_OWN))  # type: ignore[attr-defined]  # deals have own fields
    return getattr(record, name)


def _published_value(data: Mapping[str, Any], name: str) -> Any:
    if name.startswith(_OWN):
        return (data.get("custom") or {}).get(name.removeprefix(_OWN))
    return data.get(name)


async def _published(connection: AsyncConnection, record_id: UUID, version: int) -> dict[str, Any]:
    """What the event of this version said of the record: the outbox is kept as history."""
    outbox = MESSAGING.outbox.c
    query = (
        select(outbox.envelope["data"])
        .where(outbox.aggregate_id == record_id, outbox.aggregate_version == version)
        .limit(1)
    )
    data = await connection.scalar(query)
    return data or {}
