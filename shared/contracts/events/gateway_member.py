"""Topic `gateway.member`: who belongs to the organisation, in which team and role. No names, no e-mails."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.event import Event


class MemberState(Event):
    """A member after the change."""

    member_id: UUID
    role: str
    created_at: datetime
    team_id: UUID | None = None
    active: bool = True


class MemberJoined(MemberState):
    type: ClassVar[str] = "gateway.member.joined"


class MemberChanged(MemberState):
    type: ClassVar[str] = "gateway.member.changed"


EVENTS = (MemberJoined, MemberChanged)
