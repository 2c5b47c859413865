"""The frame of every change of one record: read it, decide, see that nobody's edit is lost, write it."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any

from pydantic_core import to_jsonable_python

from services.leads.record.domain import Change, Draft, R, Record, merged_into
from services.leads.record.use_cases.try_again import rounds
from shared.contracts.errors import DomainError
from shared.web.merge import check_or_merge

Load = Callable[[], Awaitable[R]]
Decide = Callable[[R], Change[R] | None]
Save = Callable[[Draft[R]], Awaitable[bool]]
ValuesAt = Callable[[int, Sequence[str]], Awaitable[dict[str, Any]]]
"""How some fields stood at a version."""


async def change_record(
    load: Load[R],
    decide: Decide[R],
    save: Save[R],
    *,
    seen_version: int | None,
    values_at: ValuesAt | None = None,
) -> R:
    """The record after the change. Decides anew when somebody else was faster.

    `save` answers False when the record was no longer the one decided about. `seen_version`: what the
    caller read, None for whatever it is. Refuses with `version_conflict` when a field to change was changed
    since, with `record_merged` or `record_archived` what became part of another or is put away. A change of
    nothing writes nothing.
    """
    async for _ in rounds():
        record = await load()
        change = decide(record)
        if change is None:
            return record
        check_changeable(record, change.fields)
        if seen_version is not None:
            await check_seen(record, change, seen_version, values_at)
        if await save(Draft(record, (change,))):
            return change.after
    raise DomainError("temporarily_unavailable", "It is being changed by many at once; try again.")


def check_changeable(record: Record, changes: Collection[str]) -> None:
    """Refuses with `record_merged`, naming the winner, what became part of another record, and with
    `record_archived` what is put away. Records of a kind that knows neither are always changeable."""
    winner = merged_into(record)
    if winner is not None:
        raise DomainError("record_merged", f"It was merged into {winner}.", extra={"merged_into": winner})
    if getattr(record, "archived_at", None) is not None and "archived_at" not in changes:
        raise archived()


def archived() -> DomainError:
    """The refusal to change what is put away."""
    return DomainError("record_archived", "It is archived; restore it first.")


async def check_seen(
    record: R, change: Change[R], seen_version: int, values_at: ValuesAt | None = None
) -> None:
    """Refuses when a field of the change was changed since the caller read it, showing all three values."""
    mine: dict[str, Any] = to_jsonable_python({name: after for name, (_, after) in change.fields.items()})
    theirs: dict[str, Any] = to_jsonable_python({name: old for name, (old, _) in change.fields.items()})

    def check(base: dict[str, Any] | None) -> None:
        check_or_merge(
            mine,
            current=theirs,
            version=record.version,
            field_versions=record.field_versions,
            seen_version=seen_version,
            base=base,
        )

    try:
        check(None)
    except DomainError as conflict:
        fields = conflict.extra.get("conflict")
        if values_at is None or not isinstance(fields, dict) or not fields:
            raise
        check(await values_at(seen_version, list(fields)))
