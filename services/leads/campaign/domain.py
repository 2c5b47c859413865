"""Channels and campaigns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

from shared.contracts.errors import DomainError, FieldError
from shared.contracts.money import Money


class CampaignError(DomainError):
    """A campaign that cannot be."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One way to reach customers, named by its key on leads, which may say it in other words: its name in any
    case, or an alias."""

    id: UUID
    key: str
    name: str
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    active: bool = True
    archived_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Campaign:
    """What leads name as their `campaign`, in whatever case."""

    id: UUID
    name: str
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
    channel: str | None = None
    audience: str | None = None
    product: str | None = None
    goal: str | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    budget: Money | None = None
    cost: Money | None = None
    active: bool = True
    archived_at: datetime | None = None

    def cost_within(self, first: date, last: date) -> Fraction:
        """Which part of the cost falls into these days: by the campaign's days that are among them. One
        without both days costs where it began: on its first day, else on the day it was entered."""
        begins = self.starts_on or self.created_at.date()
        ends = begins if self.starts_on is None or self.ends_on is None else self.ends_on
        common = (min(ends, last) - max(begins, first)).days + 1
        return Fraction(max(common, 0), (ends - begins).days + 1)

    def check(self) -> None:
        """Refuses an end before the start."""
        if self.starts_on is not None and self.ends_on is not None and self.ends_on < self.starts_on:
            detail = "It ends before it starts."
            raise CampaignError("validation_failed", detail, [FieldError("/ends_on", "before_start", detail)])
