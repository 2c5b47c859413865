"""What is known of a member who gets leads. A member without a profile is as `unknown_seller` says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from shared.contracts.errors import DomainError

SkillKind = Literal["skill", "product", "industry", "language"]
SKILL_KINDS: tuple[SkillKind, ...] = ("skill", "product", "industry", "language")
SellerGroup = Literal["new_business", "regulars", "order_desk"]
GROUPS: tuple[SellerGroup, ...] = ("new_business", "regulars", "order_desk")
FLUENT = 5
"""The level of a language that is listed without one, and of knowing a territory."""


ABSENCE_STARTS = "seller.absence_starts"
ROOM = "seller.room"
"""The kind of agenda entry for the instant at which a seller may take leads again."""


class SellerError(DomainError):
    """A rule of sellers said no."""


@dataclass(frozen=True, slots=True)
class Seller:
    """`id` is the member's. `capacity`: most open leads; `daily_limit`: most new ones in a day of the
    seller's zone; None is no limit. `working_hours`: `{"weekday", "from", "to"}`; None is the organisation's
    office hours. `preferred`: an expression over the lead."""

    id: UUID
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    archived_at: datetime | None = None
    skills: Sequence[Mapping[str, Any]] = ()
    languages: tuple[str, ...] = ()
    capacity: int | None = None
    daily_limit: int | None = None
    seller_group: SellerGroup | None = None
    preferred: str | None = None
    accepts_leads: bool = True
    working_hours: Sequence[Mapping[str, Any]] | None = None
    time_zone: str | None = None

    def levels(self) -> dict[tuple[str, str], int]:
        """Level by (kind, name without case)."""
        spoken = {("language", name.casefold()): FLUENT for name in self.languages}
        return spoken | {(each["kind"], each["name"].casefold()): each["level"] for each in self.skills}


def unknown_seller(member_id: UUID) -> Seller:
    """A member nobody has described: takes leads at any time, without limit. Its version is 0."""
    never = datetime(1970, 1, 1, tzinfo=UTC)
    return Seller(member_id, never, never, version=0)


@dataclass(frozen=True, slots=True)
class Absence:
    """A member gets no leads from `starts_at` until before `ends_at`."""

    id: UUID
    member_id: UUID
    starts_at: datetime
    ends_at: datetime
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    archived_at: datetime | None = None
    reason: str | None = None
