"""A field is given to deals, described otherwise, retired. What deals have never loses its meaning."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal_field import repository
from services.pipeline.deal_field.domain import MOST_FIELDS, MOST_INDEXED, DealField, checked
from services.pipeline.deal_field.repository import FIELDS
from services.pipeline.deal_field.use_cases.know_fields import KEPT_FIELDS
from services.pipeline.deal_field.values import reader
from services.pipeline.merging import merged
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.ids import new_id


async def create_field(connection: AsyncConnection, values: Mapping[str, Any], *, now: datetime) -> DealField:
    """The new field. Needs a transaction. Refuses with `duplicate` a key there is already, and with
    `validation_failed` settings that do not go with the type or too many fields."""
    await repository.hold_all(connection)
    known = await KEPT_FIELDS.fresh(connection)
    field = checked(DealField(id=new_id(), created_at=now, updated_at=now, **values))
    reader(field)
    if field.key in known.fields:
        detail = "There is a field of this key."
        raise DomainError("duplicate", detail, [FieldError("/key", "taken", detail)])
    if len(known.fields) >= MOST_FIELDS:
        raise _refused("key", "too_many", f"There are {MOST_FIELDS} fields already.")
    _refuse_many_indexes([*known.fields.values(), field])
    await FIELDS.add(connection, field)
    KEPT_FIELDS.forget(connection)
    return field


async def edit_field(
    connection: AsyncConnection,
    field_id: UUID,
    fields: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> DealField:
    """The field as edited. Needs a transaction. What is there already is not judged anew.

    Refuses with `deal_field_not_found`, `version_conflict`, `validation_failed`, and with `field_in_use`
    another type while deals have values, options that deals have, and retiring what a gate asks for.
    """
    await repository.hold_all(connection)
    before = await FIELDS.one(connection, field_id)
    changes = await merged(connection, before, fields, seen_version=seen_version)
    if not changes:
        return before
    after = before.edit(changes, now)
    reader(after)
    await _refuse_in_use(connection, before, after)
    known = await KEPT_FIELDS.fresh(connection)
    _refuse_many_indexes([after, *(each for each in known.fields.values() if each.id != field_id)])
    await FIELDS.save(connection, after)
    KEPT_FIELDS.forget(connection)
    return after


async def _refuse_in_use(connection: AsyncConnection, before: DealField, after: DealField) -> None:
    key = before.key
    if before.type != after.type and await repository.has_values(connection, key):
        raise _in_use("type", "Deals have values of it; make another field.")
    gone = set(before.options) - set(after.options)
    if gone and before.type == after.type and await repository.has_any(connection, key, sorted(gone)):
        raise _in_use("options", "Deals have an option that would go.")
    if before.active and not after.active and await repository.named_by_gates(connection, key):
        raise _in_use("active", "A gate asks for it; change the gate first.")


def _refuse_many_indexes(fields: list[DealField]) -> None:
    if sum(each.indexed for each in fields) > MOST_INDEXED:
        raise _refused("indexed", "too_many", f"At most {MOST_INDEXED} fields have an index.")


def _in_use(name: str, detail: str) -> DomainError:
    return DomainError("field_in_use", detail, [FieldError(f"/{name}", "field_in_use", detail)])


def _refused(name: str, code: str, detail: str) -> DomainError:
    return DomainError("validation_failed", detail, [FieldError(f"/{name}", code, detail)])
