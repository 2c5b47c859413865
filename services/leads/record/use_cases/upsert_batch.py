"""Make or renew many records at once: each is found by its key, nothing is lost and nothing doubled.

Must never break: two batches with the same key at the same time end with one record that has both effects.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Literal, Protocol, TypeVar
from uuid import UUID

from services.leads.record.domain import Change, Draft, Key, R
from services.leads.record.use_cases.try_again import rounds
from shared.contracts.errors import DomainError

Became = Literal["created", "updated", "unchanged"]


class Item(Protocol):
    """One record as it was sent. Without a key it is always new."""

    @property
    def index(self) -> int: ...
    @property
    def key(self) -> Key | None: ...


B = TypeVar("B")
I = TypeVar("I", bound=Item)  # noqa: E741 - the conventional letter for an item


@dataclass(slots=True)
class Group(Generic[R, I]):
    """All items of one key, or of one record that has several, in order, and what they make together."""

    before: R | None
    record: R | None = None
    steps: list[Change[R]] = field(default_factory=list)
    items: list[tuple[I, Became]] = field(default_factory=list)
    step_of: dict[int, Change[R]] = field(default_factory=dict)

    @property
    def draft(self) -> Draft[R]:
        """What is to be written. There must be steps."""
        return Draft(self.before, tuple(self.steps))

    @property
    def written_id(self) -> UUID:
        """The record's id."""
        return self.steps[-1].after.id


class Store(Protocol[R, I]):
    """What an aggregate says about itself to be kept in batches."""

    async def find(self, keys: Sequence[Key]) -> Mapping[Key, R]:
        """The records that have these keys."""
        ...

    def start(self, item: I) -> Change[R]:
        """A new record. May refuse with a DomainError."""
        ...

    def renew(self, record: R, item: I) -> Change[R] | None:
        """The record with what the item says; None when it says nothing new. May refuse."""
        ...

    async def screen(self, groups: Sequence[Group[R, I]]) -> Mapping[UUID, DomainError]:
        """Refusals of new records that are not to be written, by id. Asked before anything is written."""
        ...

    async def insert(self, groups: Sequence[Group[R, I]]) -> Mapping[UUID, R]:
        """Write new records; the ones whose key was taken meanwhile are not in the answer."""
        ...

    async def update(self, groups: Sequence[Group[R, I]]) -> Mapping[UUID, R]:
        """Write changed records; the ones changed by others meanwhile are not in the answer."""
        ...


@dataclass(frozen=True, slots=True)
class Outcome(Generic[R]):
    """What became of one item: a record and the step it made, if any, or the refusal."""

    index: int
    became: Became | None
    record: R | None = None
    refusal: DomainError | None = None
    step: Change[R] | None = None


async def upsert_batch(
    store: Store[R, I], items: Sequence[I], *, look_first: bool = True
) -> list[Outcome[R]]:
    """What became of each item, in order. `look_first=False` saves a read when all are likely new."""
    outcomes: dict[int, Outcome[R]] = {}
    pending: Sequence[I] = items
    async for attempt in rounds():
        keys = sorted({item.key for item in pending if item.key is not None})
        known = await store.find(keys) if keys and (look_first or attempt) else {}
        groups = await _screened(store, _fold(store, pending, known, outcomes), outcomes)
        written = await _write(store, groups)
        pending = _settle(groups, written, outcomes)
        if not pending:
            break
    busy = DomainError("temporarily_unavailable", "It is being changed by many at once; send it again.")
    for item in pending:
        outcomes[item.index] = Outcome(item.index, None, refusal=busy)
    return [outcomes[item.index] for item in items]


def _fold(
    store: Store[R, I], items: Sequence[I], known: Mapping[Key, R], outcomes: dict[int, Outcome[R]]
) -> list[Group[R, I]]:
    groups: dict[object, Group[R, I]] = {}
    for item in items:
        before = known.get(item.key) if item.key is not None else None
        name = before.id if before is not None else item.key or ("", item.index)
        group = groups.get(name) or Group(before, record=before)
        try:
            step = store.start(item) if group.record is None else store.renew(group.record, item)
        except DomainError as refusal:
            outcomes[item.index] = Outcome(item.index, None, refusal=refusal)
            continue
        groups[name] = group
        group.items.append((item, _became(group.record, step)))
        if step is not None:
            group.record = step.after
            group.steps.append(step)
            group.step_of[item.index] = step
    return list(groups.values())


def _became(record: R | None, step: Change[R] | None) -> Became:
    if step is None:
        return "unchanged"
    return "created" if record is None else "updated"


async def _screened(
    store: Store[R, I], groups: Sequence[Group[R, I]], outcomes: dict[int, Outcome[R]]
) -> list[Group[R, I]]:
    new = [group for group in groups if group.steps and group.before is None]
    refusals = await store.screen(new) if new else {}
    for group in new:
        refusal = refusals.get(group.written_id)
        if refusal is not None:
            for item, _ in group.items:
                outcomes[item.index] = Outcome(item.index, None, refusal=refusal)
    return [group for group in groups if not group.steps or group.written_id not in refusals]


async def _write(store: Store[R, I], groups: Sequence[Group[R, I]]) -> Mapping[UUID, R]:
    """Changed records first, new ones then, each kind in one order: so batches never block each other."""
    changed = [group for group in groups if group.steps and group.before is not None]
    new = [group for group in groups if group.steps and group.before is None]
    written: dict[UUID, R] = {}
    if changed:
        written |= await store.update(changed)
    if new:
        new.sort(key=lambda group: group.items[0][0].key or ("", ""))
        written |= await store.insert(new)
    return written


def _settle(
    groups: Sequence[Group[R, I]], written: Mapping[UUID, R], outcomes: dict[int, Outcome[R]]
) -> list[I]:
    """Note what became of the items; the ones whose record was not written are given back."""
    again: list[I] = []
    for group in groups:
        if group.steps and group.written_id not in written:
            again += [item for item, _ in group.items]
            continue
        record = written[group.written_id] if group.steps else group.record
        for item, became in group.items:
            step = group.step_of.get(item.index)
            outcomes[item.index] = Outcome(item.index, became, record, step=step)
    return again


async def load_bodies(
    store: Store[R, I], bodies: Sequence[tuple[int, B]], to_item: Callable[[int, B], I]
) -> list[Outcome[R]]:
    """Upsert what `to_item` makes of the bodies; one it refuses with a DomainError is refused."""
    refused: list[Outcome[R]] = []
    items: list[I] = []
    for index, body in bodies:
        try:
            items.append(to_item(index, body))
        except DomainError as refusal:
            refused.append(Outcome(index, None, refusal=refusal))
    return refused + await upsert_batch(store, items)
