"""Bodies and answers of categories."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from services.leads.record.schemas import Line500, Strict

Key = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[a-z][a-z0-9_]{0,79}$")]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Position = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]


class CategoryCreate(Strict):
    """A new category. `key` is what leads hold; it cannot be changed later."""

    key: Key
    name: Name
    description: Line500 = None
    position: Position = 1000


class CategoryPatch(Strict):
    """A merge patch; `active: false` archives, `true` brings back."""

    name: Name = ""
    description: Line500 = None
    position: Position = 0
    active: bool = True

    def values(self, now: datetime) -> dict[str, Any]:
        """The fields to change."""
        given = self.given()
        if "active" in given:
            given["archived_at"] = None if given.pop("active") else now
        return given


class CategoryOut(BaseModel):
    """A category."""

    id: UUID
    version: int
    key: str
    name: str
    description: str | None
    position: int
    active: bool
    created_at: datetime
    updated_at: datetime
