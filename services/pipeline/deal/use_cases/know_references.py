"""What a deal refers to must be known here; an event on its way is waited for."""

import asyncio
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.queries import unknown_references
from services.pipeline.deal_field.catalogue import Catalogue
from services.pipeline.deal_field.use_cases.know_fields import own_fields
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
    own = await own_fields(connection)
    refuse_unknown(fields, await unknown_after_waiting(connection, references([fields], own)), own)


def references(items: Collection[Mapping[str, Any]], own: Catalogue) -> dict[str, set[UUID]]:
    """What the items refer to, by field; own fields as `custom.key`."""
    named: dict[str, set[UUID]] = {}
    for item in items:
        for name, id_ in _named(item, own).items():
            named.setdefault(name, set()).add(id_)
    return named


def _named(item: Mapping[str, Any], own: Catalogue) -> dict[str, UUID]:
    plain = {name: item[name] for name in FIELDS if item.get(name) is not None}
    return plain | own.named_members(item.get("custom", {}))


def refuse_unknown(
    fields: Mapping[str, Any], unknown: Mapping[str, Collection[UUID]], own: Catalogue
) -> None:
    """Refuses with `reference_unknown`, naming every field whose id is among the unknown ones."""
    errors = [
        FieldError(f"/{name.replace('.', '/')}", "reference_unknown", f"{id_} is not known here.")
        for name, id_ in _named(fields, own).items()
        if id_ in unknown.get(name, ())
    ]
    if errors:
        raise DomainError("reference_unknown", errors[0].detail, errors)
