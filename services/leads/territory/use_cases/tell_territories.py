"""Others hear how the market is divided, whenever that changes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.leads.tables import OUTBOX, SOURCE
from services.leads.territory import repository
from services.leads.territory.atlas import depths
from services.leads.territory.domain import Territory
from shared.agenda.domain import Due
from shared.contracts.envelope import wrap
from shared.contracts.events.leads_territory import TerritoryActivated, TerritoryDropped, TerritoryState
from shared.observability.causes import event_context


async def tell_territories(
    connection: AsyncConnection, *, now: datetime, before: Sequence[Territory] = ()
) -> None:
    """Each territory of the active version, and those `before` it that it does not have any more."""
    number = await repository.active_number(connection)
    active = await repository.of_version(connection, number)
    events = [*_activated(active, number), *_dropped(before, active, number)]
    sequence = await repository.count_activations(connection)
    context = event_context(SOURCE)
    await OUTBOX.add(
        connection,
        [
            wrap(each, subject=each.territory_id, sequence=sequence, time=now, context=context)
            for each in events
        ],
    )


async def tell_all_territories(connection: AsyncConnection, _: Sequence[Due], now: datetime) -> None:
    """Handler of the agenda: territories that were activated before anybody was told of them."""
    await tell_territories(connection, now=now)


def _activated(territories: Sequence[Territory], number: int) -> Iterator[TerritoryState]:
    deep = depths(territories)
    for each in territories:
        yield TerritoryActivated(
            **_state(each, number, active=True, depth=deep[each.territory_id]),
            parent_id=each.parent_id if each.parent_id in deep else None,
            account_ids=tuple(each.criteria.get("account_ids", ())),
        )


def _dropped(
    before: Iterable[Territory], active: Iterable[Territory], number: int
) -> Iterator[TerritoryState]:
    kept = {each.territory_id for each in active}
    for each in before:
        if each.territory_id not in kept:
            yield TerritoryDropped(**_state(each, number, active=False, depth=1))


def _state(territory: Territory, number: int, *, active: bool, depth: int) -> Mapping[str, object]:
    kept = ("territory_id", "name", "manager_id", "market_size", "workload_hours")
    return {
        **{name: getattr(territory, name) for name in kept},
        "territory_version": number,
        "active": active,
        "depth": depth,
    }
