"""Records coming in many at once, by their origin: which are new, which are known, in what order they came.

Must never break: of two items with one origin the later is applied on top of the earlier; every step is told.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, Literal, Protocol, TypeVar
from uuid import UUID

from shared.contracts.envelope import Envelope
from shared.contracts.errors import DomainError

Key = tuple[str, str]
"""(source system, external id)"""
ROUNDS = 5
"""How often a batch is tried again because another one brought the same records at the same time."""


class Record(Protocol):
    """A record with an id and, if it has one, the origin it came from."""

    @property
    def id(self) -> UUID: ...
    @property
    def origin(self) -> Key | None: ...


R = TypeVar("R", bound=Record)


@dataclass(slots=True)
class Work(Generic[R]):
    """A record in work: how it was (None: new), how it is now, what to tell, which items touched it."""

    before: R | None
    after: R
    envelopes: list[Envelope] = field(default_factory=list)
    items: list[tuple[int, "Status"]] = field(default_factory=list)


Status = Literal["created", "updated", "unchanged"]
Item = tuple[int, Key | None]


class Incoming(Generic[R]):
    """Takes items one by one; then says what to insert and what to save.

    `create(index)` and `revise(index, record)` give the next state and its event, None where nothing is new.
    """

    def __init__(
        self,
        known: Mapping[Key, R],
        create: Callable[[int], tuple[R, Envelope]],
        revise: Callable[[int, R], tuple[R, Envelope | None]],
    ) -> None:
        self._known = known
        self._create = create
        self._revise = revise
        self._by_key: dict[Key, Work[R]] = {}
        self.works: list[Work[R]] = []
        self.refused: dict[int, DomainError] = {}

    def take_all(self, items: Iterable[Item]) -> None:
        """Take the items in order; a refused one is noted and stops nothing."""
        for index, key in items:
            try:
                self._take(index, key)
            except DomainError as error:
                self.refused[index] = error

    def _take(self, index: int, key: Key | None) -> None:
        work = None if key is None else self._by_key.get(key)
        known = None if key is None else self._known.get(key)
        if work is None and known is None:
            record, envelope = self._create(index)
            self._add(key, Work(None, record, [envelope], [(index, "created")]))
            return
        if work is None:
            assert known is not None  # noqa: S101 - the other case returned above
            work = self._add(key, Work(known, known))
        record, told = self._revise(index, work.after)
        work.after = record
        if told is not None:
            work.envelopes.append(told)
        work.items.append((index, "unchanged" if told is None else "updated"))

    def _add(self, key: Key | None, work: Work[R]) -> Work[R]:
        self.works.append(work)
        if key is not None:
            self._by_key[key] = work
        return work

    @property
    def new(self) -> list[Work[R]]:
        """What to insert, in the order of the origins, so that two batches never wait for each other."""
        fresh = [work for work in self.works if work.before is None]
        return sorted(fresh, key=lambda work: work.after.origin or ("", ""))

    @property
    def changed(self) -> list[Work[R]]:
        """What to save."""
        return [work for work in self.works if work.before is not None and work.envelopes]
