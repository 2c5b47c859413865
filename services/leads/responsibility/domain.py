"""A seller's responsibility and the skills it rests on."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from services.leads.seller.domain import Seller, SkillKind
from shared.contracts.errors import DomainError, FieldError


class ResponsibilityError(DomainError):
    """A responsibility that cannot be given."""


@dataclass(frozen=True, slots=True)
class Ability:
    """A skill as it was when the responsibility was given; `level` 1 to 5."""

    kind: SkillKind
    name: str
    level: int


@dataclass(frozen=True, slots=True)
class Responsibility:
    """From `starts_at` until before `ends_at`; None goes on."""

    id: UUID
    member_id: UUID
    starts_at: datetime
    ends_at: datetime | None
    tasks: tuple[str, ...]
    lead_types: tuple[str, ...]
    stages: tuple[str, ...]
    skills: tuple[Ability, ...]
    note: str | None
    created_at: datetime
    created_by: str

    def row(self) -> dict[str, object]:
        """As it is written."""
        return {
            **{name: getattr(self, name) for name in self.__slots__},
            "tasks": list(self.tasks),
            "lead_types": list(self.lead_types),
            "stages": list(self.stages),
            "skills": [asdict(each) for each in self.skills],
        }


def abilities_of(seller: Seller, wanted: Sequence[tuple[SkillKind, str]]) -> tuple[Ability, ...]:
    """The seller's skills of these kinds and names, with their levels of now. Refuses what the profile does
    not have: a responsibility rests on known ability."""
    levels = seller.levels()
    errors = [
        FieldError(f"/skills/{place}", "reference_unknown", "The seller's profile has no such skill.")
        for place, (kind, name) in enumerate(wanted)
        if (kind, name.casefold()) not in levels
    ]
    if errors:
        detail = "It rests on a skill that the profile does not have; describe the seller first."
        raise ResponsibilityError("reference_unknown", detail, errors)
    return tuple(Ability(kind, name, levels[kind, name.casefold()]) for kind, name in wanted)
