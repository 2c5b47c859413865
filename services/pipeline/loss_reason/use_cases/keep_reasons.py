"""A reason comes into use, is called otherwise, is retired."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.loss_reason import repository
from services.pipeline.loss_reason.domain import MOST_REASONS, LossReason, Reasons, word_of
from services.pipeline.loss_reason.repository import REASONS
from services.pipeline.loss_reason.use_cases.know_reasons import KEPT_REASONS
from services.pipeline.merging import merged
from services.pipeline.records import advanced
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.ids import new_id


async def create_reason(
    connection: AsyncConnection, values: Mapping[str, Any], *, now: datetime
) -> LossReason:
    """The new reason. Needs a transaction. Refuses with `duplicate` a key or label there is already for the
    outcome, and with `validation_failed` too many reasons."""
    await repository.hold_all(connection)
    reason = LossReason(id=new_id(), created_at=now, updated_at=now, **values)
    known = await KEPT_REASONS.fresh(connection)
    if len(known.all) >= MOST_REASONS:
        detail = f"There are {MOST_REASONS} reasons already."
        raise DomainError("validation_failed", detail, [FieldError("/key", "too_many", detail)])
    _refuse_equal(reason, known)
    await REASONS.add(connection, reason)
    KEPT_REASONS.forget(connection)
    return reason


async def edit_reason(
    connection: AsyncConnection,
    reason_id: UUID,
    fields: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> LossReason:
    """The reason as edited. Needs a transaction. What deals say stays.

    Refuses with `loss_reason_not_found`, `version_conflict`, `duplicate`.
    """
    await repository.hold_all(connection)
    before = await REASONS.one(connection, reason_id)
    changes = await merged(connection, before, fields, seen_version=seen_version)
    if not changes:
        return before
    after = advanced(before, changes, now)
    _refuse_equal(after, await KEPT_REASONS.fresh(connection))
    await REASONS.save(connection, after)
    KEPT_REASONS.forget(connection)
    return after


def _refuse_equal(reason: LossReason, known: Reasons) -> None:
    """Two reasons of an outcome are never called the same, by key or by label."""
    words = {"key": reason.key, "label": word_of(reason.label)}
    taken = {
        word
        for each in known.all
        if each.id != reason.id and each.outcome == reason.outcome
        for word in (each.key, word_of(each.label))
    }
    errors = [
        FieldError(f"/{name}", "taken", "Another reason is called that.")
        for name, word in words.items()
        if word in taken
    ]
    if errors:
        raise DomainError("duplicate", "Another reason is called that.", errors)
