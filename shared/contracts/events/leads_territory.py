"""Topic `leads.territory`: how the market is divided."""

from typing import ClassVar
from uuid import UUID

from shared.contracts.event import Event


class TerritoryState(Event):
    """A territory as the active version has it. `depth` is 1 for one that lies in no other; `account_ids` are
    the accounts it names."""

    territory_id: UUID
    name: str
    territory_version: int
    active: bool
    parent_id: UUID | None = None
    depth: int = 1
    manager_id: UUID | None = None
    market_size: int | None = None
    workload_hours: int | None = None
    account_ids: tuple[UUID, ...] = ()


class TerritoryActivated(TerritoryState):
    """It counts from now on as said here."""

    type: ClassVar[str] = "leads.territory.activated"


class TerritoryDropped(TerritoryState):
    """The version that is active now does not have it any more."""

    type: ClassVar[str] = "leads.territory.dropped"


EVENTS = (TerritoryActivated, TerritoryDropped)
