"""A partner: an organisation whose system pushes leads."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.contracts.errors import DomainError
from shared.web.merge import check_or_merge, next_field_versions


class PartnerError(DomainError):
    """A partner could not be made or changed."""


@dataclass(frozen=True, slots=True)
class Partner:
    """An inactive partner's keys open nothing."""

    id: UUID
    name: str
    description: str | None
    active: bool
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)

    def edited(self, changes: Mapping[str, Any], *, seen_version: int, now: datetime) -> "Partner":
        """The partner with the changes. Refuses `version_conflict`."""
        wanted = check_or_merge(
            changes,
            current=asdict(self),
            version=self.version,
            field_versions=self.field_versions,
            seen_version=seen_version,
        )
        if not wanted:
            return self
        version = self.version + 1
        return replace(
            self,
            **wanted,
            version=version,
            updated_at=now,
            field_versions=next_field_versions(self.field_versions, wanted, version),
        )
