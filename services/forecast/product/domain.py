"""A product as figures need it."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class KnownProduct:
    """`family`: what it is sold among; `active`: whether it is sold still."""

    id: UUID
    name: str
    family: str | None
    active: bool
