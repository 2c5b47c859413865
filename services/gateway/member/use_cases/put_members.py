"""Take members in, or bring those known by an external id up to date."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.external import Key, key_of
from services.gateway.member import repository
from services.gateway.member.domain import Member, MemberError, email_taken
from services.gateway.tables import OUTBOX
from services.gateway.team.domain import TeamError, require_active
from services.gateway.team.use_cases.read_teams import active_by_id
from services.gateway.versioned import lock
from shared.contracts.envelope import Envelope, EventContext, wrap
from shared.contracts.errors import DomainError
from shared.contracts.events.gateway_member import MemberState
from shared.contracts.ids import new_id

Outcome = tuple[Literal["created", "updated", "unchanged"], Member] | DomainError
_CHANGEABLE = ("name", "email", "role", "team_id")


async def invite_member(
    connection: AsyncConnection, given: Mapping[str, Any], *, now: datetime, context: EventContext
) -> Member:
    """A new member. Refuses `external_id_taken`, `email_taken`, `reference_unknown`, `team_closed`."""
    key = key_of(given)
    for other in (await repository.by_key(connection, [key] if key else [])).values():
        detail = f"Member {other.id} has this external id."
        raise MemberError("external_id_taken", detail, extra={"id": str(other.id)})
    outcome = (await put_members(connection, [given], now=now, context=context))[0]
    if isinstance(outcome, DomainError):
        raise outcome
    return outcome[1]


async def put_members(
    connection: AsyncConnection, items: Sequence[Mapping[str, Any]], *, now: datetime, context: EventContext
) -> list[Outcome]:
    """Create or update each, in order; what became of each. A refused one stops nothing."""
    await lock(connection, "members")
    known = await repository.by_key(connection, [key for item in items if (key := key_of(item))])
    taken = await repository.emails(connection, [item["email"] for item in items])
    teams = await active_by_id(connection, [item["team_id"] for item in items if item.get("team_id")])
    work = _Work(known, taken, now, context)
    outcomes: list[Outcome] = []
    for item in items:
        try:
            if item.get("team_id") is not None:
                require_active("/team_id", teams.get(item["team_id"]))
            outcomes.append(work.put(item))
        except (MemberError, TeamError) as refusal:
            outcomes.append(refusal)
    await work.refuse_losing_all_admins(connection)
    await repository.add(connection, work.added())
    await repository.save(connection, work.changed())
    await OUTBOX.add(connection, work.envelopes)
    return outcomes


class _Work:
    """The members of one batch as they become, and the facts about them."""

    def __init__(
        self, by_key: dict[Key, Member], taken: dict[str, UUID], now: datetime, context: EventContext
    ) -> None:
        self._by_key = by_key
        self._taken = taken
        self._now = now
        self._context = context
        self._members: dict[UUID, Member] = {}
        self._new: set[UUID] = set()
        self._stepped_down: set[UUID] = set()
        self.envelopes: list[Envelope] = []

    def put(self, item: Mapping[str, Any]) -> Outcome:
        key = key_of(item)
        known = self._by_key.get(key) if key else None
        holder = self._taken.get(item["email"])
        if holder is not None and (known is None or holder != known.id):
            raise email_taken(holder)
        if known is None:
            return "created", self._join(item)
        changes = {name: item[name] for name in _CHANGEABLE if name in item}
        edited, event = known.edited(changes, seen_version=known.version, now=self._now)
        if event is None:
            return "unchanged", known
        if known.ceases_to_govern(edited):
            self._stepped_down.add(known.id)
        return "updated", self._keep(edited, event)

    async def refuse_losing_all_admins(self, connection: AsyncConnection) -> None:
        """A batch that leaves nobody to govern is refused as a whole."""
        if self._stepped_down and not await repository.other_admins(connection, self._stepped_down):
            raise MemberError("last_admin", "The batch would leave no active admin.")

    def added(self) -> list[Member]:
        return [member for member in self._members.values() if member.id in self._new]

    def changed(self) -> list[Member]:
        return [member for member in self._members.values() if member.id not in self._new]

    def _join(self, item: Mapping[str, Any]) -> Member:
        names = ("name", "email", "role", "team_id", "source_system", "external_id")
        given: dict[str, Any] = {name: item.get(name) for name in names}
        member = Member(id=new_id(), active=True, created_at=self._now, updated_at=self._now, **given)
        self._new.add(member.id)
        return self._keep(member, member.joined())

    def _keep(self, member: Member, event: MemberState) -> Member:
        self._members[member.id] = member
        self._taken[member.email] = member.id
        if member.source_system and member.external_id:
            self._by_key[member.source_system, member.external_id] = member
        self.envelopes.append(
            wrap(event, subject=member.id, sequence=member.version, time=self._now, context=self._context)
        )
        return member
