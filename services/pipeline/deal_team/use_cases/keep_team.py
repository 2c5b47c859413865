"""Somebody joins the team of a deal, gets another role or access, leaves. Its owner decides on that."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.pipeline.deal.domain.deal import Deal
from services.pipeline.deal.use_cases.note_on_deal import hold_own, note_on_deal
from services.pipeline.deal_split.repository import holds_split
from services.pipeline.deal_team.domain import DealMember
from services.pipeline.deal_team.repository import MEMBERS, MOST, team_of
from services.pipeline.members import know_members
from services.pipeline.merging import merged
from services.pipeline.records import advanced
from shared.contracts.errors import DomainError, FieldError
from shared.contracts.events.pipeline_deal import (
    AboutTeam,
    DealTeamChanged,
    DealTeamJoined,
    DealTeamLeft,
)
from shared.contracts.identity import Identity
from shared.contracts.ids import new_id
from shared.web.merge import require_version


async def join_team(
    connection: AsyncConnection, deal_id: UUID, caller: Identity, values: Mapping[str, Any], *, now: datetime
) -> DealMember:
    """The new member. Refuses with `deal_not_found`, `forbidden`, `reference_unknown`, `already_on_team`,
    `validation_failed`."""
    deal = await hold_own(connection, deal_id, caller)
    member_id: UUID = values["member_id"]
    await know_members(connection, {"/member_id": member_id})
    team = await team_of(connection, deal_id)
    _refuse_second(deal, team, member_id)
    joined = DealMember(
        id=new_id(), deal_id=deal_id, added_by=caller.sub, created_at=now, updated_at=now, **values
    )
    await MEMBERS.add(connection, joined)
    told = {"role": joined.role, "access": joined.access}
    await _tell(connection, deal, [*team.values(), joined], DealTeamJoined, joined, now=now, **told)
    return joined


async def change_member(
    connection: AsyncConnection,
    deal_id: UUID,
    member_id: UUID,
    caller: Identity,
    fields: Mapping[str, Any],
    *,
    seen_version: int | None,
    now: datetime,
) -> DealMember:
    """The member with these values. Refuses with `deal_not_found`, `forbidden`, `team_member_not_found`,
    `version_conflict`."""
    deal = await hold_own(connection, deal_id, caller)
    team = await team_of(connection, deal_id)
    before = standing(team, member_id)
    changes = await merged(connection, before, fields, seen_version=seen_version)
    if not changes:
        return before
    after = advanced(before, changes, now)
    await MEMBERS.save(connection, after)
    told = {"role": after.role, "access": after.access}
    changed = {**team, member_id: after}.values()
    await _tell(connection, deal, changed, DealTeamChanged, after, now=now, **told)
    return after


async def leave_team(
    connection: AsyncConnection,
    deal_id: UUID,
    member_id: UUID,
    caller: Identity,
    *,
    seen_version: int | None,
    now: datetime,
) -> None:
    """The member is on the team no more. Refuses with `deal_not_found`, `forbidden`, `team_member_not_found`,
    `version_conflict`, and with `split_held` who has a share of the deal."""
    deal = await hold_own(connection, deal_id, caller)
    team = await team_of(connection, deal_id)
    before = standing(team, member_id)
    if seen_version is not None:
        require_version(before.version, seen_version)
    if await holds_split(connection, deal_id, member_id):
        raise DomainError("split_held", "Give the member's share to others first: PUT .../splits.")
    await MEMBERS.save(connection, advanced(before, {"left_at": now}, now))
    left = [each for each in team.values() if each.id != before.id]
    await _tell(connection, deal, left, DealTeamLeft, before, now=now)


def standing(team: Mapping[UUID, DealMember], member_id: UUID) -> DealMember:
    """That member of the team. Refuses with `team_member_not_found`."""
    if member_id not in team:
        raise MEMBERS.missing()
    return team[member_id]


def _refuse_second(deal: Deal, team: Mapping[UUID, DealMember], member_id: UUID) -> None:
    if member_id == deal.owner_id:
        detail = "The owner needs no place on the team."
        raise DomainError("validation_failed", detail, [FieldError("/member_id", "is_owner", detail)])
    if member_id in team:
        raise DomainError("already_on_team", "The member is on the team; PATCH the role or the access.")
    if len(team) >= MOST:
        raise DomainError("validation_failed", f"A team has at most {MOST} members.")


async def _tell(
    connection: AsyncConnection,
    deal: Deal,
    team: Iterable[DealMember],
    kind: type[AboutTeam],
    about: DealMember,
    *,
    now: datetime,
    **more: Any,
) -> None:
    members = list(team)
    fields = {
        "team_ids": tuple(each.member_id for each in members),
        "editor_ids": tuple(each.member_id for each in members if each.access == "edit"),
    }
    await note_on_deal(connection, deal, kind, now=now, fields=fields, member_id=about.member_id, **more)
