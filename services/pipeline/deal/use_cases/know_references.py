"""What a deal refers to must be known here; an event on its way is waited for."""

import asyncio
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.queries import unknown_references
from shared.contracts.errors import DomainError, FieldError

FIELDS = ("owner_id", "account_id", "product_id")
_WAIT_SECONDS = 1.0
_POLL_SECONDS = 0.05


async def unknown_after_waiting(
    connection: AsyncConnection, wanted: Mapping[str, Collection[UUID]]
) -> Mapping[str, Collection[UUID]]:
    """Those of the ids, by field, that are still unknown after a second."""
    unknown = await unknown_references(connection, wanted)
    attempts = int(_WAIT_SECONDS / _POLL_SECONDS)
    while unknown and attempts > 0:
        await asyncio.sleep(_POLL_SECONDS)
        unknown = await unknown_references(connection, unknown)
        attempts -= 1
    return unknown


async def know_references(connection: AsyncConnection, fields: Mapping[str, Any]) -> None:
    """Refuses with `reference_unknown`, naming every field that refers to nothing known."""
    refuse_unknown(fields, await unknown_after_waiting(connection, references([fields])))


def references(items: Collection[Mapping[str, Any]]) -> dict[str, set[UUID]]:
    """What the items refer to, by field."""
    return {name: {item[name] for item in items if item.get(name) is not None} for name in FIELDS}


def refuse_unknown(fields: Mapping[str, Any], unknown: Mapping[str, Collection[UUID]]) -> None:
    """Refuses with `reference_unknown`, naming every field whose id is among the unknown ones."""
    errors = [
        FieldError(f"/{name}", "reference_unknown", f"{fields[name]} is not known here.")
        for name in FIELDS
        if fields.get(name) in unknown.get(name, ())
    ]
    if errors:
        raise DomainError("reference_unknown", errors[0].detail, errors)
