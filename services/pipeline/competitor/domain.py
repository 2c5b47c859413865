"""A competitor. What became part of another stays as that one's spelling."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.contracts.errors import DomainError


@dataclass(frozen=True, slots=True, kw_only=True)
class Competitor:
    """`aliases`: how else the name is spelt. `merged_into`: what it is part of now."""

    id: UUID
    name: str
    aliases: tuple[str, ...] = ()
    website: str | None = None
    products: str | None = None
    prices: str | None = None
    strengths: str | None = None
    weaknesses: str | None = None
    notes: str | None = None
    active: bool = True
    merged_into: UUID | None = None
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)

    @property
    def spellings(self) -> tuple[str, ...]:
        """Every way to write it."""
        return (self.name, *self.aliases)

    def must_stand(self) -> None:
        """Refuses with `record_merged` what is part of another."""
        if self.merged_into is not None:
            detail = f"It is part of {self.merged_into} now."
            raise DomainError("record_merged", detail, extra={"merged_into": self.merged_into})

    def with_spellings_of(self, other: "Competitor") -> tuple[str, ...]:
        """The aliases when the other has become part of this one: each spelling once."""
        known = {spelling.lower() for spelling in self.spellings}
        new = {each.lower(): each for each in reversed(other.spellings) if each.lower() not in known}
        return (*self.aliases, *reversed(new.values()))
