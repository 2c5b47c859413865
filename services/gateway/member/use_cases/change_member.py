"""Change a member: name, address, role, team, active or not."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.gateway.member import repository
from services.gateway.member.domain import Member, MemberError, email_taken, refuse_last_admin
from services.gateway.session.use_cases.keep_session import end_sessions_of
from services.gateway.tables import OUTBOX
from services.gateway.team.domain import require_active
from services.gateway.team.use_cases.read_teams import active_by_id
from services.gateway.versioned import lock
from shared.contracts.envelope import EventContext, wrap


async def change_member(
    connection: AsyncConnection,
    member_id: UUID,
    changes: Mapping[str, Any],
    *,
    seen_version: int,
    now: datetime,
    context: EventContext,
) -> Member:
    """The member after the change. Refuses `member_not_found`, `version_conflict`, `email_taken`,
    `reference_unknown`, `team_closed`, `last_admin`."""
    await lock(connection, "members")
    member = await repository.get(connection, member_id)
    edited, event = member.edited(changes, seen_version=seen_version, now=now)
    if event is None:
        return member
    if "team_id" in event.changed and edited.team_id is not None:
        require_active("/team_id", (await active_by_id(connection, [edited.team_id])).get(edited.team_id))
    if "email" in event.changed and (holder := (await repository.emails(connection, [edited.email]))):
        raise email_taken(holder[edited.email])
    if member.ceases_to_govern(edited):
        refuse_last_admin(await repository.other_admins(connection, [member_id]))
    await repository.save(connection, [edited])
    if not edited.active:
        await end_sessions_of(connection, member_id, now, "made inactive")
    envelope = wrap(event, subject=member_id, sequence=edited.version, time=now, context=context)
    await OUTBOX.add(connection, [envelope])
    return edited


async def move_members(
    connection: AsyncConnection,
    member_ids: Sequence[UUID],
    team_id: UUID,
    *,
    now: datetime,
    context: EventContext,
) -> list[Member]:
    """All of these members in the team. Refuses as a whole: `member_not_found`, `reference_unknown`,
    `team_closed`."""
    require_active("/team_id", (await active_by_id(connection, [team_id])).get(team_id))
    members = await repository.by_ids(connection, member_ids)
    missing = [str(member_id) for member_id in member_ids if member_id not in members]
    if missing:
        raise MemberError("member_not_found", f"There are no members {', '.join(missing[:5])}.")
    moved = [
        (edited, event)
        for member in members.values()
        for edited, event in [member.edited({"team_id": team_id}, seen_version=member.version, now=now)]
        if event is not None
    ]
    await repository.save(connection, [edited for edited, _ in moved])
    await OUTBOX.add(
        connection,
        [
            wrap(event, subject=edited.id, sequence=edited.version, time=now, context=context)
            for edited, event in moved
        ],
    )
    return [edited for edited, _ in moved]
