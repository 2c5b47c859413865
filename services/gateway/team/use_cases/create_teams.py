"""Make teams, or bring those known by an external id up to date."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.external import key_of
from services.gateway.tables import OUTBOX
from services.gateway.team import queries, repository
from services.gateway.team.domain import (
    Team,
    TeamError,
    refuse_cycle,
    require_active,
    require_manager,
)
from services.gateway.versioned import lock
from shared.contracts.envelope import Envelope, EventContext, wrap
from shared.contracts.events.gateway_team import TeamState
from shared.contracts.ids import new_id

Outcome = tuple[Literal["created", "updated", "unchanged"], Team] | TeamError


async def create_team(
    connection: AsyncConnection,
    given: Mapping[str, Any],
    *,
    members: Collection[UUID],
    now: datetime,
    context: EventContext,
) -> Team:
    """A new team. Refuses `external_id_taken`, `reference_unknown`, `team_closed`."""
    key = key_of(given)
    known = await repository.by_key(connection, [key] if key else [])
    for other in known.values():
        detail = f"Team {other.id} has this external id."
        raise TeamError("external_id_taken", detail, extra={"id": str(other.id)})
    outcome = (await put_teams(connection, [given], members=members, now=now, context=context))[0]
    if isinstance(outcome, TeamError):
        raise outcome
    return outcome[1]


async def put_teams(
    connection: AsyncConnection,
    items: Sequence[Mapping[str, Any]],
    *,
    members: Collection[UUID],
    now: datetime,
    context: EventContext,
) -> list[Outcome]:
    """Create or update each, in order; what became of each. A refused one stops nothing.

    `members`: which of the named managers exist.
    """
    await lock(connection, "team tree")
    work = _Work(await repository.by_key(connection, [key for item in items if (key := key_of(item))]))
    parents = [item["parent_id"] for item in items if item.get("parent_id")]
    active = await queries.active_by_id(connection, parents)
    outcomes: list[Outcome] = []
    for item in items:
        try:
            require_manager(item.get("manager_id"), members)
            await _check_parent(connection, item, active, work)
            outcomes.append(work.put(item, now, context))
        except TeamError as refusal:
            outcomes.append(refusal)
    await repository.add(connection, work.added())
    await repository.save(connection, work.changed())
    await OUTBOX.add(connection, work.envelopes)
    return outcomes


async def _check_parent(
    connection: AsyncConnection, item: Mapping[str, Any], active: Mapping[UUID, bool], work: "_Work"
) -> None:
    parent = item.get("parent_id")
    if parent is None:
        return
    require_active("/parent_id", active.get(parent))
    known = work.known(item)
    if known is not None and known.parent_id != parent:
        refuse_cycle(known.id, await queries.ancestors(connection, parent))


class _Work:
    """The teams of one batch as they become, and the facts about them."""

    def __init__(self, by_key: dict[tuple[str, str], Team]) -> None:
        self._by_key = by_key
        self._teams: dict[UUID, Team] = {}
        self._new: set[UUID] = set()
        self.envelopes: list[Envelope] = []

    def known(self, item: Mapping[str, Any]) -> Team | None:
        key = key_of(item)
        return self._by_key.get(key) if key else None

    def put(self, item: Mapping[str, Any], now: datetime, context: EventContext) -> Outcome:
        known = self.known(item)
        if known is None:
            return "created", self._keep(_new_team(item, now), None, now, context)
        changes = {name: item[name] for name in ("name", "parent_id", "manager_id") if name in item}
        edited, event = known.edited(changes, seen_version=known.version, now=now)
        if event is None:
            return "unchanged", known
        return "updated", self._keep(edited, event, now, context)

    def added(self) -> list[Team]:
        return [team for team in self._teams.values() if team.id in self._new]

    def changed(self) -> list[Team]:
        return [team for team in self._teams.values() if team.id not in self._new]

    def _keep(self, team: Team, event: TeamState | None, now: datetime, context: EventContext) -> Team:
        if event is None:
            self._new.add(team.id)
        self._teams[team.id] = team
        if team.source_system and team.external_id:
            self._by_key[team.source_system, team.external_id] = team
        fact = event or team.created()
        self.envelopes.append(wrap(fact, subject=team.id, sequence=team.version, time=now, context=context))
        return team


def _new_team(item: Mapping[str, Any], now: datetime) -> Team:
    names = ("parent_id", "manager_id", "source_system", "external_id")
    given: dict[str, Any] = {name: item.get(name) for name in names}
    return Team(id=new_id(), name=item["name"], active=True, created_at=now, updated_at=now, **given)
