"""Bodies and answers about the team of a deal."""

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel

from services.pipeline.body import Strict
from services.pipeline.deal_team.domain import TeamRole
from shared.contracts.events.pipeline_deal import DealStatus, Priority, TeamAccess
from shared.web.concurrency import MergePatch, absent


class MemberCreate(Strict):
    """Who joins, as what. `access`: `read` sees the deal and what is beside it, `edit` changes them too."""

    member_id: UUID
    role: TeamRole = "helper"
    access: TeamAccess = "read"


class MemberPatch(MergePatch):
    """A merge patch."""

    role: TeamRole = absent()
    access: TeamAccess = absent()


class MemberOut(BaseModel):
    """A member of the team. `added_by`: a member's id."""

    id: UUID
    deal_id: UUID
    member_id: UUID
    role: TeamRole
    access: TeamAccess
    added_by: str
    created_at: datetime
    updated_at: datetime
    version: int


class PlayerOut(BaseModel):
    """Somebody on the team."""

    member_id: UUID
    role: TeamRole
    access: TeamAccess


class PlayersOut(BaseModel):
    """Who plays a part in the deal, where it stands, what comes next and by when.

    `supervisor_id` answers for the stage it is in; `due_at`: when that should be done; `overdue`: its close
    date is over. All ids are members'.
    """

    deal_id: UUID
    status: DealStatus
    stage_id: UUID
    stage: str
    owner_id: UUID | None
    supervisor_id: UUID | None
    team: list[PlayerOut]
    priority: Priority
    next_step: str | None
    next_step_at: datetime | None
    due_at: datetime | None
    stage_overdue: bool
    expected_close: date | None
    overdue: bool
