"""An objection of the customer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

ObjectionKind = Literal["price", "timing", "competitor", "trust", "fit", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Objection:
    """Open until `resolved_at`. `script`: which prepared answer was used."""

    id: UUID
    deal_id: UUID
    kind: ObjectionKind
    text: str
    answer: str | None = None
    script: str | None = None
    resolved_at: datetime | None = None
    recorded_by: str | None
    created_at: datetime
    updated_at: datetime
    version: int = 1
    field_versions: Mapping[str, int] = field(default_factory=dict)
