"""What comes along with a step of a deal."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Along:
    """Fields as in a PATCH, filled in on the way, and why gates that are not met are passed."""

    fields: Mapping[str, Any] = field(default_factory=dict)
    override_reason: str | None = None


BARE = Along()
