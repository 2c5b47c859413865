"""A comment on a deal. It belongs to who wrote it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from shared.contracts.errors import DomainError
from shared.contracts.identity import Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class DealComment:
    """`mentioned_ids`: members who should look at it. `edited_at`: since then it says something else."""

    id: UUID
    deal_id: UUID
    text: str
    mentioned_ids: tuple[UUID, ...] = ()
    written_by: str
    edited_at: datetime | None = None
    archived_at: datetime | None = None
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)

    def must_be_of(self, caller: Identity) -> None:
        """Refuses with `forbidden` everybody else."""
        if self.written_by != caller.sub:
            raise DomainError("forbidden", "A comment is changed by who wrote it.")
