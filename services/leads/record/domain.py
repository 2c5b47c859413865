"""A record that changes by versions: what differs, and which fields changed in which version."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Generic, Literal, Protocol, TypeVar
from uuid import UUID

from shared.contracts.envelope import EventContext
from shared.contracts.event import Event
from shared.contracts.money import CENT, Money

Key = tuple[str, str]
"""Where a record came from and its id there: (source system or partner id, external id)."""


class Record(Protocol):
    """A frozen dataclass with these fields among others."""

    @property
    def id(self) -> UUID: ...
    @property
    def version(self) -> int: ...
    @property
    def field_versions(self) -> Mapping[str, int]: ...
    @property
    def updated_at(self) -> datetime: ...


R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class Change(Generic[R]):
    """One step of a record: how it stands after it, and the fact to publish, where one is.

    `what` names the step in the history; `fields` holds [before, after] of every changed field; `details` is
    what else the history keeps of it, such as why.
    """

    after: R
    what: str
    at: datetime
    fields: Mapping[str, tuple[Any, Any]]
    event: Event | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft(Generic[R]):
    """A record with all steps that are to be written at once. `before` is None for a new one.

    `context` is what caused these steps, where that is something else than what is going on now.
    """

    before: R | None
    steps: tuple[Change[R], ...]
    context: EventContext | None = None

    @property
    def after(self) -> R:
        """The state that is written."""
        return self.steps[-1].after


def differing(record: object, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the wanted values that the record does not have yet."""
    return {name: value for name, value in wanted.items() if getattr(record, name) != value}


def advanced(record: R, now: datetime, changes: Mapping[str, Any]) -> R:
    """The next version of the record with these values; notes the version for each changed field."""
    version = record.version + 1
    touched = dict.fromkeys(changes, version)
    return replace(  # type: ignore[type-var]  # every Record is a dataclass
        record,
        **changes,
        version=version,
        field_versions={**record.field_versions, **touched},
        updated_at=now,
    )


def edited(record: R, values: Mapping[str, Any], *, now: datetime) -> Change[R] | None:
    """The record with these values, telling nobody; None when nothing differs."""
    changes = differing(record, values)
    if not changes:
        return None
    return Change(advanced(record, now, changes), "changed", now, before_and_after(record, changes))


def before_and_after(record: object, changes: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """For each changed field what it was and what it is."""
    return {name: (getattr(record, name), value) for name, value in changes.items()}


def merged_into(record: object) -> UUID | None:
    """The record it became part of, for kinds that can be merged."""
    winner: UUID | None = getattr(record, "merged_into", None)
    return winner


def origin_of(record: object) -> tuple[str | None, str | None]:
    """The source system and id there of a record that may have them."""
    return getattr(record, "source_system", None), getattr(record, "external_id", None)


def gaps(record: object, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values for which the record has none."""
    return {name: value for name, value in values.items() if getattr(record, name) in (None, (), {}, "")}


def edited_as(changes: Mapping[str, Any]) -> Literal["changed", "archived", "restored"]:
    """What an edit is called: one that puts the record away, or brings it back, by that."""
    if "archived_at" not in changes:
        return "changed"
    return "restored" if changes["archived_at"] is None else "archived"


def money_of(amount: Decimal | None, currency: str | None) -> Money | None:
    """An amount from its two columns, with cents and no idle zeros behind them."""
    if amount is None or currency is None:
        return None
    cents = amount.quantize(CENT)
    return Money(amount=cents if cents == amount else amount.normalize(), currency=currency)


def field_names(kind: type) -> tuple[str, ...]:
    """The names of a dataclass's fields."""
    return tuple(each.name for each in fields(kind))
