"""Members decide about what lies in quarantine: correct it, let it become a lead, or discard it."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.duplicate_policy.domain import DuplicateFound
from services.leads.import_job.use_cases.release_row import faults_of_row
from services.leads.intake import repository
from services.leads.intake.domain import Faulty, IntakeError, Quarantined, looking_like
from services.leads.intake.schemas import read_pushed
from services.leads.intake.scope import visible
from services.leads.intake.use_cases.find_faults import faults_of_lead
from services.leads.intake.use_cases.receive_push import Push, receive_push
from services.leads.quarantine.use_cases.let_in import let_in
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.identity import Identity
from shared.observability import context
from shared.web.merge import check_or_merge, require_version


async def load_entry(
    connection: AsyncConnection, identity: Identity, entry_id: UUID, *, lock: bool = False
) -> Quarantined:
    """The entry. Refuses with `quarantine_entry_not_found`."""
    entry = await repository.find(connection, entry_id, visible(identity), lock=lock)
    if entry is None:
        raise IntakeError("not_found", "There is no such entry in the quarantine.")
    return entry


async def correct_entry(
    connection: AsyncConnection,
    identity: Identity,
    entry_id: UUID,
    changes: Mapping[str, Any],
    *,
    seen_version: int,
    now: datetime,
) -> Quarantined:
    """The entry with the merge patch applied and its faults found anew. Needs a transaction.

    Refuses an unknown field, a decided entry, and a field that somebody else corrected meanwhile.
    """
    entry = await load_entry(connection, identity, entry_id, lock=True)
    payload = entry.corrected(changes)
    errors = _faults(entry, payload)
    check_or_merge(
        changes,
        current={name: entry.payload.get(name) for name in changes},
        version=entry.version,
        field_versions=entry.field_versions,
        seen_version=seen_version,
    )
    version = entry.version + 1
    corrected = replace(
        entry,
        payload=payload,
        errors=[asdict(error) for error in errors],
        duplicates=(),
        updated_at=now,
        version=version,
        field_versions={**entry.field_versions, **dict.fromkeys(changes, version)},
    )
    await repository.save(connection, corrected)
    return corrected


async def release_entry(
    connection: AsyncConnection,
    identity: Identity,
    entry_id: UUID,
    *,
    seen_version: int | None,
    now: datetime,
    allow_duplicate: bool = False,
) -> Quarantined:
    """The entry after its payload has become a lead or renewed one. Needs a transaction.

    Refuses with what is still wrong, a decided entry, and with `duplicate_found` what still looks like
    something, unless `allow_duplicate`.
    """
    entry = await load_entry(connection, identity, entry_id, lock=True)
    entry.check_open()
    _check_version(entry, seen_version)
    errors = _faults(entry, entry.payload)
    if errors:
        raise _still_wrong(errors)
    if entry.partner_id is None:
        try:
            return await let_in(connection, entry, allow_duplicate=allow_duplicate, now=now)
        except DuplicateFound as refusal:
            raise _still_like(refusal.errors, looking_like(refusal)) from None
        except DomainError as refusal:
            if not refusal.errors:
                raise
            if any(error.code == "duplicate" for error in refusal.errors):
                raise _still_like(refusal.errors, entry.duplicates) from None
            raise _still_wrong(refusal.errors) from None
    push = Push(connection, entry.partner_id, now, context.actor.get())
    (result,) = await receive_push(push, [entry.payload], allow_duplicates=allow_duplicate)
    if result.problem is not None:
        raise result.problem
    if result.duplicates:
        raise _still_like(result.errors, result.duplicates)
    if result.errors:
        raise _still_wrong(result.errors)
    return await load_entry(connection, identity, entry_id)


async def discard_entry(
    connection: AsyncConnection,
    identity: Identity,
    entry_id: UUID,
    reason: str,
    *,
    seen_version: int | None,
    now: datetime,
) -> Quarantined:
    """The entry nothing will become of. Needs a transaction. Refuses a decided entry."""
    entry = await load_entry(connection, identity, entry_id, lock=True)
    discarded = entry.discard(reason, context.actor.get(), now=now)
    _check_version(entry, seen_version)
    await repository.save(connection, discarded)
    return discarded


def _check_version(entry: Quarantined, seen_version: int | None) -> None:
    if seen_version is not None:
        require_version(entry.version, seen_version)


def _faults(entry: Quarantined, payload: Mapping[str, Any]) -> tuple[FieldError, ...]:
    """What is wrong with the values. Refuses what is no lead at all, with pointers into the payload."""
    if entry.door != "partner":
        rows = entry.door == "import"
        errors = faults_of_row(entry.record_kind, payload) if rows else faults_of_lead(payload)
        if any(error.code == "unknown_field" for error in errors):
            raise _still_wrong(errors)
        return errors
    try:
        found = read_pushed(0, payload)
    except DomainError as error:
        raise _still_wrong(error.errors) from None
    return tuple(found.errors) if isinstance(found, Faulty) else ()


def _still_like(errors: Sequence[FieldError], duplicates: Sequence[Mapping[str, Any]]) -> IntakeError:
    inside = [FieldError(f"/payload{error.pointer}", error.code, error.detail) for error in errors]
    detail = "It still looks like something we have; send `allow_duplicate=true` when it is another."
    return IntakeError("duplicate_found", detail, inside, extra={"duplicates": list(duplicates)})


def _still_wrong(errors: Any) -> IntakeError:
    inside = [FieldError(f"/payload{error.pointer}", error.code, error.detail) for error in errors]
    return IntakeError("validation_failed", "The payload cannot be used yet; see `errors`.", inside)
